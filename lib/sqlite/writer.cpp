#include "sqlite/writer.h"

#include "sqlite/catch_up.h"
#include "sqlite/errors.h"
#include "sqlite/queue_watch.h"
#include "sqlite/schema.h"
#include "sqlite/state.h"

#include <algorithm>
#include <mutex>
#include <new>
#include <optional>
#include <sqlite3.h>
#include <utility>

namespace fnstore::sqlite {

using namespace std::chrono_literals;

namespace {

/// For others who write just then: they will close after us, and empty the log.
constexpr std::chrono::milliseconds brief_wait = 100ms;

constexpr std::chrono::minutes short_time{1};

/// For readers of a log that has become too long.
constexpr std::chrono::milliseconds longest_wait = 3s;

std::string no_room(const std::string& path) {
  return path +
         ": its disk is full, but for what is reserved to make room in: prune, or free some " +
         "space, and try again";
}

}  // namespace

Writer::Writer(std::string path, Sync sync, std::chrono::milliseconds busy_timeout,
               SharedIndex& shared, FileIdentity& identity)
    : path_(std::move(path)),
      sync_(sync),
      busy_timeout_(busy_timeout),
      shared_(shared),
      identity_(identity),
      lock_file_(path_ + "-lock", shared.mark) {}

Connection& Writer::connection() {
  if (!connection_) {
    connection_ = identity_.open([this] {
      auto opened = std::make_unique<Connection>(path_, Access::write, sync_, busy_timeout_);
      check_schema(opened->database(), path_);  // reads
      return opened;
    });
  }
  return *connection_;
}

/// It would keep the write lock, and the next transaction from beginning.
void Writer::drop_stuck_connection() {
  if (connection_ && connection_->in_transaction()) connection_.reset();
}

void Writer::open() {
  const std::lock_guard guard(mutex_);
  try {
    open_locked();
  } catch (const SQLite::Exception&) {
    // On a full disk there may be no room even for the index of a log, but what is reserved.
    connection_.reset();
    const ScopedLock lock(lock_file_, busy_timeout_);
    if (!reserve_.release()) throw;
    open_locked();
  }
  settle_mark();
}

void Writer::open_locked() {
  if (check_schema(connection().database(), path_) == newest_schema_version()) return;
  const ScopedLock lock(lock_file_, busy_timeout_);
  migrate(connection(), path_);
}

/// Puts the mark right where nobody has set it yet, or where a process died between announcing
/// a commit and telling its end. Not needed for anything but speed, so nothing waits or fails.
void Writer::settle_mark() {
  try {
    const ScopedLock lock(lock_file_, 0ms);
    drop_stuck_connection();
    if (!shared_.mark.attached() || shared_.mark.is_settled()) return;
    const ScopedTransaction transaction(connection(), Access::read);
    shared_.mark.publish(read_state(connection()).commit_seq);
  } catch (const Error&) {
    return;
  }
}

/// Throws `in_doubt` where the end is not known; whatever else it throws, nothing was committed.
void Writer::commit_in_sqlite(ScopedTransaction& transaction, std::int64_t commit_seq) {
  const auto not_committed = [&] { shared_.mark.publish(commit_seq - 1); };
  const auto in_doubt = [&](const char* why) {
    log_unsure_ = true;  // before the text below may find no memory
    return Error(Errc::in_doubt,
                 path_ + ": the commit failed half way (" + why +
                     "): the write may or may not have happened; look, or try again");
  };
  try {
    transaction.commit();
  } catch (const SQLite::Exception& failure) {
    const int code = failure.getErrorCode() & 0xff;
    if (code != SQLITE_FULL && code != SQLITE_BUSY) throw in_doubt(failure.what());
    not_committed();
    throw;
  } catch (const std::bad_alloc&) {
    if (!connection_->in_transaction()) throw in_doubt("out of memory");
    not_committed();
    throw;
  }
}

void Writer::commit(ScopedTransaction& transaction, WriteBatch& batch) {
  batch.seal();
  const std::int64_t commit_seq = batch.state().commit_seq;
  shared_.committing.store(commit_seq);
  shared_.mark.announce(commit_seq);
  try {
    commit_in_sqlite(transaction, commit_seq);
  } catch (...) {
    shared_.committing.store(0);
    throw;
  }
  {
    const std::lock_guard exclusive(shared_.mutex);
    try {
      // Else a reader that saw the commit has read it, or was kept from it and forgot all.
      if (shared_.index.seq == commit_seq - 1) batch.apply(shared_.index);
    } catch (const std::bad_alloc&) {
      shared_.index.forget();  // the commit stands: whoever needs the index next reads it anew
    }
  }
  shared_.mark.publish(commit_seq);
  shared_.committing.store(0);
}

bool Writer::short_of_space() const noexcept {
  return std::chrono::steady_clock::now() < short_until_.load();
}

void Writer::note_full() noexcept {
  short_until_.store(std::chrono::steady_clock::now() + short_time);
}

void Writer::attempt(const std::function<void(WriteBatch&)>& work, Space space) {
  Connection& writer = connection();
  ScopedTransaction transaction(writer, Access::write);
  const StoreState state = read_state(writer);
  {
    const std::lock_guard exclusive(shared_.mutex);
    if (shared_.index.seq != state.commit_seq) catch_up(writer, state, shared_.index);
  }
  WriteBatch batch(writer, shared_.index, state);
  work(batch);
  if (batch.changed()) {
    if (space == Space::kept && !reserve_.hold(writer)) throw Error(Errc::full, no_room(path_));
    commit(transaction, batch);
  }
  if (batch.queue_news()) announce_queue_news(lock_file_.descriptor());
  log_frames_.store(writer.wal_frames());
}

/// On a full disk: gives up the reserve, which is enough to empty the log; then the log has room
/// for the work, and is emptied of it too.
void Writer::attempt_freeing(const std::function<void(WriteBatch&)>& work) {
  try {
    attempt(work, Space::kept);
    return;
  } catch (const SQLite::Exception& failure) {
    if ((failure.getErrorCode() & 0xff) != SQLITE_FULL) throw;
  } catch (const Error& error) {
    if (error.code() != Errc::full) throw;
  }
  note_full();
  reserve_.release();
  checkpoint_locked(true);
  attempt(work, Space::freed);
  checkpoint_locked(true);
}

/// Runs `work` as the only writer, on a sound connection; whatever it throws becomes an Error.
void Writer::run_locked(const std::function<void()>& work) {
  const std::lock_guard guard(mutex_);
  try {
    const ScopedLock lock(lock_file_, busy_timeout_);
    drop_stuck_connection();
    connection();
    identity_.check();  // nobody can exchange it now, and a connection opened anew is the right one
    work();
  } catch (const Error& error) {
    if (error.code() == Errc::full) note_full();
    if (error.code() == Errc::in_doubt) connection_.reset();
    drop_stuck_connection();
    throw;
  } catch (const std::bad_alloc&) {
    drop_stuck_connection();
    throw out_of_memory(path_);
  } catch (const SQLite::Exception& failure) {
    const Errc code = code_of(failure);
    if (code == Errc::io || code == Errc::corrupt) connection_.reset();
    if (code == Errc::full) note_full();
    drop_stuck_connection();
    throw to_error(failure, path_);
  }
}

void Writer::transact(const std::function<void(WriteBatch&)>& work, Sync sync, Space space) {
  run_locked([&] {
    shared_with_others_.store(lock_file_.has_other_users());
    connection().set_sync(sync);
    bound_log();
    mend_log();
    space == Space::kept ? attempt(work, space) : attempt_freeing(work);
  });
}

/// A later commit must not be told durable behind a gap in the log, nor may a checkpoint begin that
/// a power cut could leave half done.
void Writer::mend_log() {
  if (!log_unsure_) return;
  connection().open_log();
  const ScopedTransaction transaction(connection(), Access::write);
  connection().rewrite_log();
  log_unsure_ = false;
}

/// The same of the database, before any more of the log is moved into it.
void Writer::mend_database() {
  mend_log();
  if (unsure_.frames == 0) return;
  connection().open_log();
  const ScopedTransaction transaction(connection(), Access::write);
  connection().move_again(unsure_);
  unsure_ = {};
}

/// A checkpoint, or a part of one, whose failure may be that of a sync.
template <typename Checkpoint>
auto Writer::noting_failure(const Checkpoint& checkpoint) {
  try {
    return checkpoint();
  } catch (const SQLite::Exception& failure) {
    if ((failure.getErrorCode() & 0xff) != SQLITE_FULL) log_unsure_ = true;
    throw;
  } catch (const std::bad_alloc&) {  // perhaps for what should tell of a failure
    log_unsure_ = true;
    throw;
  }
}

/// On a full disk, where the file cannot grow by what the log holds, in the space that is reserved.
bool Writer::move_log(bool truncate, std::chrono::milliseconds patience) {
  mend_database();
  bool done = false;
  try {
    done = noting_failure([&] { return connection().checkpoint(truncate, patience); });
  } catch (const SQLite::Exception& failure) {
    if ((failure.getErrorCode() & 0xff) != SQLITE_FULL || !reserve_.release()) throw;
    done = noting_failure([&] { return connection().checkpoint(true, 100ms); });
  }
  log_frames_.store(connection().wal_frames());
  checkpoint_above_.store(done ? checkpoint_frames : log_frames_.load() + checkpoint_frames / 2);
  return done;
}

/// Readers who follow on one another can keep a log from ever beginning anew, though none of them
/// reads for long: whoever would make it longer than all bounds waits until those that read now
/// have ended, while nobody writes, so that those who come later do not need the log. Where it is
/// in vain because somebody reads for longer, all processes put it off until the log is twice as
/// long.
void Writer::bound_log() {
  const auto frames = static_cast<std::uint64_t>(log_frames_.load());
  if (frames <= std::max<std::uint64_t>(most_frames, shared_.mark.long_wait_above())) return;
  const bool done = move_log(false, std::min(busy_timeout_ / 3, longest_wait));
  shared_.mark.set_long_wait_above(done ? 0 : 2 * frames);
}

/// Whoever has the store to itself waits for readers; else others wait for the lock meanwhile, and
/// one of them moves what is left.
void Writer::checkpoint_locked(bool all) {
  const bool alone = all && !lock_file_.has_other_users();
  move_log(all, alone ? 100ms : all ? 20ms : 5ms);
}

void Writer::reserve_space() {
  const std::lock_guard guard(mutex_);
  translated(path_, [&] {
    const ScopedLock lock(lock_file_, busy_timeout_);
    if (connection_ != nullptr && identity_.holds()) reserve_.hold(*connection_);
  });
}

/// Moves most of the log and syncs it while others write: what is left for a checkpoint under the
/// lock is what they wrote meanwhile. A reader holds on to the log's end as it was, so that this
/// part is none that SQLite would sync, or would let a writer overwrite, before the rest has
/// followed; it holds nothing while it waits for the lock, since whoever has that may be waiting
/// for readers. On a full disk all is left for the checkpoint, which knows how to find space.
void Writer::checkpoint_ahead() {
  if (short_of_space()) return;
  if (holder_ == nullptr) {
    holder_ = std::make_unique<Connection>(path_, Access::read, Sync::normal, busy_timeout_);
  }
  holder_->open_log();
  try {
    holder_->sync_log();
  } catch (const std::exception&) {
    const std::lock_guard guard(mutex_);
    log_unsure_ = true;
    throw;
  }
  std::optional<ScopedTransaction> held;
  try {
    run_locked([&] {
      held.emplace(*holder_, Access::read);
      move_part();
    });
  } catch (const Error& error) {
    if (error.code() != Errc::full) throw;
    return;
  }
  holder_->sync_database();
  held.reset();
  const std::lock_guard guard(mutex_);
  unsure_ = {};
}

/// All of the log up to what the holder sees, with what was written since it was last synced.
void Writer::move_part() {
  holder_->open_log();
  noting_failure([&] { holder_->sync_log(); });
  connection().set_sync(Sync::normal);
  mend_log();
  attempt([](WriteBatch& batch) { batch.note_change(); }, Space::kept);  // beyond what is held
  mend_database();
  unsure_ = noting_failure([&] { return connection().checkpoint_part(); });
}

void Writer::checkpoint_the_rest(bool all) {
  const std::lock_guard guard(mutex_);
  const ScopedLock lock(lock_file_, busy_timeout_);
  drop_stuck_connection();
  connection();
  identity_.check();
  checkpoint_locked(all);
}

void Writer::checkpoint(bool all) {
  const std::lock_guard one_holds(holding_);
  translated(path_, [&] {
    if (!all) {
      if (!wants_checkpoint()) return;
      checkpoint_ahead();
    }
    checkpoint_the_rest(all);
  });
}

void Writer::checkpoint_above(int frames) {
  const int limit = checkpoint_above_.load();
  if (log_frames_.load() <= (limit == checkpoint_frames ? frames : limit)) return;
  const std::lock_guard one_holds(holding_);
  translated(path_, [&] {
    checkpoint_ahead();
    checkpoint_the_rest(false);
  });
}

void Writer::close() {
  const std::lock_guard one_holds(holding_);
  holder_.reset();
  const std::lock_guard guard(mutex_);
  if (connection_ == nullptr) return;
  // Closing last removes the log by its name, so it needs the lock that a restore holds.
  const bool log_to_move = log_frames_.load() > 0;
  translated(path_, [&] {
    const ScopedLock lock(lock_file_, log_to_move ? busy_timeout_ : brief_wait);
    if (identity_.holds()) {
      if (log_to_move) checkpoint_locked(true);
      lock_file_.stay_behind(short_of_space() && reserve_.hold(*connection_) &&
                             reserve_.is_scarce());
      connection_->checkpoint_on_close();
    }
    connection_.reset();
  });
}

}  // namespace fnstore::sqlite
