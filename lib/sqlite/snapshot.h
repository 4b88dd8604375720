#pragma once

#include "sqlite/connection.h"
#include "sqlite/file_identity.h"
#include "sqlite/shared_index.h"
#include "sqlite/state.h"

#include <atomic>
#include <chrono>
#include <memory>
#include <mutex>
#include <shared_mutex>
#include <string>
#include <vector>

namespace fnstore::sqlite {

/// Idle read connections of one store. Safe for any thread.
class ReadPool {
 public:
  ReadPool(std::string path, std::chrono::milliseconds busy_timeout, const FileIdentity& identity);

  /// Whoever begins to read with it look()s then.
  std::unique_ptr<Connection> take();
  void give_back(std::unique_ptr<Connection> connection);
  /// Closes the idle connections.
  void clear();
  /// Throws `io` when the store was exchanged while it was open.
  void look() const;
  /// For who reads from memory only: every 100 ms at most, and reads the old store until then.
  void look_now_and_then();

 private:
  static constexpr std::size_t most_idle = 8;
  static constexpr std::chrono::milliseconds look_interval{100};

  std::unique_ptr<Connection> take_idle();

  std::string path_;
  std::chrono::milliseconds busy_timeout_;
  const FileIdentity& identity_;
  std::mutex mutex_;  // guards all below
  std::vector<std::unique_ptr<Connection>> idle_;
  std::atomic<std::chrono::steady_clock::rep> next_look_{0};
};

/// A transaction that began only when it was needed came too late: there was a commit meanwhile.
/// Whoever asked for that begins again with a transaction from the start.
struct StaleSnapshot {};

enum class Begin {
  now,
  /// Where the commit mark says that the index is current, the transaction begins only with the
  /// first use of connection(), which may throw StaleSnapshot.
  when_needed,
};

/// One moment of the store, both tiers alike: a read transaction, and the index of recent calls as
/// of the same commit. The index is locked against changes until release_index(); keep that short
/// and copy out what is needed. Used by one thread.
class Snapshot {
 public:
  /// `ordered`: index().ordered_calls() will be used.
  Snapshot(ReadPool& pool, SharedIndex& shared, bool ordered = false, Begin begin = Begin::now);
  ~Snapshot();
  Snapshot(const Snapshot&) = delete;
  Snapshot& operator=(const Snapshot&) = delete;

  Connection& connection() {
    if (transaction_ == nullptr) begin_late();
    return *connection_;
  }
  /// Only with Begin::now.
  const StoreState& state() const { return state_; }

  SharedIndex& shared() { return shared_; }

  /// Only before release_index().
  const RecentIndex& index() const { return shared_.index; }
  void release_index() { lock_.unlock(); }

  /// The app of a number, at any time; the reference stays good for the life of the store.
  /// Throws `corrupt` for a number that is not there.
  const App& app(std::uint32_t app_no);

 private:
  bool is_current_by_mark(bool ordered);
  void begin_with_transaction(bool ordered);
  void begin_late();
  void begin_transaction();
  bool align(std::int64_t& seen_seq);
  void wait_for_writer();
  void order_index();

  ReadPool& pool_;
  SharedIndex& shared_;
  std::unique_ptr<Connection> connection_;
  std::unique_ptr<ScopedTransaction> transaction_;
  std::int64_t current_seq_ = 0;  // without a transaction: the commit the index mirrored
  StoreState state_;
  std::shared_lock<FairSharedMutex> lock_;
};

}  // namespace fnstore::sqlite
