#pragma once

#include "sqlite/connection.h"
#include "sqlite/file_identity.h"
#include "sqlite/lock_file.h"
#include "sqlite/shared_index.h"
#include "sqlite/space_reserve.h"
#include "sqlite/ticket_mutex.h"
#include "sqlite/write_batch.h"

#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <mutex>
#include <string>

namespace fnstore::sqlite {

/// Everything that writes a store goes through its one Writer: one transaction at a time, in this
/// process and, under the lock file, in all. Safe for any thread.
class Writer {
 public:
  /// `identity` is set by open().
  Writer(std::string path, Sync sync, std::chrono::milliseconds busy_timeout, SharedIndex& shared,
         FileIdentity& identity);

  /// Brings the schema up to date. Throws `unsupported`, `schema_too_new`, `corrupt`.
  void open();

  /// Runs `work` inside a write transaction on an index that mirrors the newest commit, and
  /// commits what it did. When `work` throws, nothing was done. A commit that SQLite cannot say
  /// the outcome of throws `in_doubt`.
  void transact(const std::function<void(WriteBatch&)>& work) {
    transact(work, sync_, Space::kept);
  }

  /// The same for steps of maintenance that nobody is told of: a power cut may take them back.
  /// Whatever transact() commits after them makes them durable with itself, since the log is
  /// written in order and synced whole; so does a checkpoint, which syncs the log before it moves
  /// it.
  void transact_unsynced(const std::function<void(WriteBatch&)>& work) {
    transact(work, Sync::normal, Space::kept);
  }

  /// For steps that make room: on a full disk they may use the space that is reserved for them, and
  /// are short. `work` must be able to begin anew. Synced or not as above.
  void transact_freeing(const std::function<void(WriteBatch&)>& work, bool synced) {
    transact(work, synced ? sync_ : Sync::normal, Space::freed);
  }
  /// Whether a transaction found no space within the last minute.
  bool short_of_space() const noexcept;

  /// Whether a thread waits for the transaction under way to end. Other processes are not seen
  /// waiting: shared() says whether there were any at the last transaction.
  bool awaited() const { return mutex_.awaited(); }
  bool shared() const noexcept { return shared_with_others_.load(); }

  /// Moves the log into the database where it is longer than `frames`, unless readers have just
  /// kept it from its end.
  void checkpoint_above(int frames);

  /// Reserves space for a store that may not be written for long, or not again.
  void reserve_space();

  /// Moves the log into the database where it has grown long. `all`: whatever its length.
  void checkpoint(bool all);
  bool wants_checkpoint() const { return log_frames_.load() > checkpoint_above_.load(); }

  /// Closes the connection, emptying the log where nobody else uses it. A log whose store was
  /// exchanged is left alone: its name may be that of the new store's log by now.
  void close();

 private:
  static constexpr int checkpoint_frames = 2'048;            // 8 MiB
  static constexpr int most_frames = 8 * checkpoint_frames;  // no writer goes on before one

  /// What becomes of the reserve in a transaction.
  enum class Space { kept, freed };

  void run_locked(const std::function<void()>& work);
  void transact(const std::function<void(WriteBatch&)>& work, Sync sync, Space space);
  void attempt(const std::function<void(WriteBatch&)>& work, Space space);
  void attempt_freeing(const std::function<void(WriteBatch&)>& work);
  void open_locked();
  void note_full() noexcept;
  Connection& connection();
  void drop_stuck_connection();
  void settle_mark();
  void commit(ScopedTransaction& transaction, WriteBatch& batch);
  void commit_in_sqlite(ScopedTransaction& transaction, std::int64_t commit_seq);
  void checkpoint_locked(bool all);
  void checkpoint_the_rest(bool all);
  void checkpoint_ahead();
  void move_part();
  void mend_log();
  void mend_database();
  template <typename Checkpoint>
  auto noting_failure(const Checkpoint& checkpoint);
  bool move_log(bool truncate, std::chrono::milliseconds patience);
  void bound_log();

  std::string path_;
  Sync sync_;
  std::chrono::milliseconds busy_timeout_;
  SharedIndex& shared_;
  FileIdentity& identity_;
  TicketMutex mutex_;  // guards all below
  LockFile lock_file_;
  SpaceReserve reserve_{lock_file_};
  std::unique_ptr<Connection> connection_;
  std::unique_ptr<Connection> holder_;  // of the log's end; guarded by holding_
  std::mutex holding_;                  // taken before mutex_
  std::atomic<int> log_frames_{0};
  /// Goes up where readers kept a checkpoint from its end, so that not every commit tries again.
  std::atomic<int> checkpoint_above_{checkpoint_frames};
  std::atomic<bool> shared_with_others_{false};
  std::atomic<std::chrono::steady_clock::time_point> short_until_{};

  /// Frames that checkpoint_ahead() moved, until the database is synced. Where that fails they may
  /// be in the log alone, which must not begin anew before they are moved again.
  MovedPart unsure_{};
  /// A sync may have failed: what is in the log may not be on the disk, and never come there.
  bool log_unsure_ = false;
};

}  // namespace fnstore::sqlite
