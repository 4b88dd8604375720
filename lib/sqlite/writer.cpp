#include "sqlite/writer.h"

#include "sqlite/catch_up.h"
#include "sqlite/errors.h"
#include "sqlite/queue_watch.h"
#include "sqlite/schema.h"
#include "sqlite/state.h"

#include <mutex>
#include <sqlite3.h>
#include <utility>

namespace fnstore::sqlite {

using namespace std::chrono_literals;

namespace {

/// For others who write just then: they will close after us, and empty the log.
constexpr std::chrono::milliseconds brief_wait = 100ms;

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
    auto opened = std::make_unique<Connection>(path_, Access::write, sync_, busy_timeout_);
    check_schema(opened->database(), path_);
    identity_.remember(*opened);
    connection_ = std::move(opened);
  }
  return *connection_;
}

/// It would keep the write lock, and the next transaction from beginning.
void Writer::drop_stuck_connection() {
  if (connection_ && connection_->in_transaction()) connection_.reset();
}

void Writer::open() {
  const std::lock_guard guard(mutex_);
  if (check_schema(connection().database(), path_) != newest_schema_version()) {
    const ScopedLock lock(lock_file_, busy_timeout_);
    migrate(connection(), path_);
  }
  settle_mark();
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

void Writer::commit(ScopedTransaction& transaction, WriteBatch& batch) {
  batch.seal();
  shared_.committing.store(batch.state().commit_seq);
  shared_.mark.announce(batch.state().commit_seq);
  try {
    transaction.commit();
  } catch (const SQLite::Exception& failure) {
    shared_.committing.store(0);
    const int code = failure.getErrorCode() & 0xff;
    if (code == SQLITE_FULL || code == SQLITE_BUSY) {
      shared_.mark.publish(batch.state().commit_seq - 1);
      throw;
    }
    log_unsure_ = true;
    throw Error(Errc::in_doubt,
                path_ + ": the commit failed half way (" + failure.what() +
                    "): the write may or may not have happened; look, or try again");
  }
  {
    const std::lock_guard exclusive(shared_.mutex);
    if (shared_.index.seq < batch.state().commit_seq) batch.apply(shared_.index);
  }
  shared_.mark.publish(batch.state().commit_seq);
  shared_.committing.store(0);
}

void Writer::transact(const std::function<void(WriteBatch&)>& work, Sync sync) {
  const std::lock_guard guard(mutex_);
  try {
    const ScopedLock lock(lock_file_, busy_timeout_);
    drop_stuck_connection();
    Connection& writer = connection();
    identity_.check();  // nobody can exchange it now, and a connection opened anew is the right one
    shared_with_others_.store(lock_file_.has_other_users());
    writer.set_sync(sync);
    if (log_frames_.load() > most_frames && wants_checkpoint()) checkpoint_locked(false);
    mend_log();
    ScopedTransaction transaction(writer, Access::write);
    const StoreState state = read_state(writer);
    {
      const std::lock_guard exclusive(shared_.mutex);
      if (shared_.index.seq != state.commit_seq) catch_up(writer, state, shared_.index);
    }
    WriteBatch batch(writer, shared_.index, state);
    work(batch);
    if (batch.changed()) commit(transaction, batch);
    if (batch.queue_news()) announce_queue_news(lock_file_.descriptor());
    log_frames_.store(writer.wal_frames());
  } catch (const Error& error) {
    if (error.code() == Errc::in_doubt) connection_.reset();
    drop_stuck_connection();
    throw;
  } catch (const SQLite::Exception& failure) {
    const Errc code = to_error(failure, path_).code();
    if (code == Errc::io || code == Errc::corrupt) connection_.reset();
    drop_stuck_connection();
    throw to_error(failure, path_);
  }
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

void Writer::checkpoint_locked(bool all) {
  if (checkpoint_above_.load() == never) {
    throw Error(Errc::io,
                path_ +
                    ": its disk failed to keep what was written, which is still in the "
                    "log: close the store in every process, check the disk, open it anew");
  }
  mend_log();
  const bool urgent = log_frames_.load() > most_frames;
  bool done = false;
  try {
    done = connection().checkpoint(all, all || urgent ? 100ms : 5ms);
  } catch (const SQLite::Exception&) {
    log_unsure_ = true;
    throw;
  }
  log_frames_.store(connection().wal_frames());
  checkpoint_above_.store(done ? checkpoint_frames : log_frames_.load() + checkpoint_frames / 2);
}

void Writer::sync_log() {
  try {
    holder_->sync_log();
  } catch (const SQLite::Exception&) {
    const std::lock_guard guard(mutex_);
    log_unsure_ = true;
    throw;
  }
}

/// Moves most of the log and syncs it while others write: what is left for a checkpoint under the
/// lock is what they wrote meanwhile. A reader holds on to the log's end as it was, so that this
/// part is none that SQLite would sync, or would let a writer overwrite, before the rest has
/// followed.
void Writer::checkpoint_ahead() {
  if (holder_ == nullptr) {
    holder_ = std::make_unique<Connection>(path_, Access::read, Sync::normal, busy_timeout_);
  }
  const ScopedTransaction held(*holder_, Access::read);
  holder_->open_log();
  sync_log();
  transact_unsynced([](WriteBatch& batch) { batch.note_change(); });  // beyond what is held
  {
    const std::lock_guard guard(mutex_);
    const ScopedLock lock(lock_file_, busy_timeout_);
    connection();
    identity_.check();
    mend_log();
    try {
      connection().checkpoint_part();
    } catch (const SQLite::Exception&) {
      log_unsure_ = true;
      throw;
    }
  }
  try {
    holder_->sync_database();
  } catch (...) {
    checkpoint_above_.store(never);
    throw;
  }
}

void Writer::checkpoint(bool all) {
  const std::lock_guard one_holds(holding_);
  translated(path_, [&] {
    if (!all) {
      if (!wants_checkpoint()) return;
      checkpoint_ahead();
    }
    const std::lock_guard guard(mutex_);
    const ScopedLock lock(lock_file_, busy_timeout_);
    drop_stuck_connection();
    connection();
    identity_.check();
    checkpoint_locked(all);
  });
}

void Writer::checkpoint_above(int frames) {
  const int limit = checkpoint_above_.load();
  if (log_frames_.load() <= (limit == checkpoint_frames ? frames : limit)) return;
  const std::lock_guard one_holds(holding_);
  translated(path_, [&] {
    checkpoint_ahead();
    const std::lock_guard guard(mutex_);
    const ScopedLock lock(lock_file_, busy_timeout_);
    drop_stuck_connection();
    connection();
    identity_.check();
    checkpoint_locked(false);
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
    if (identity_.holds() && checkpoint_above_.load() != never) {
      if (log_to_move) checkpoint_locked(true);
      connection_->checkpoint_on_close();
    }
    connection_.reset();
  });
}

}  // namespace fnstore::sqlite
