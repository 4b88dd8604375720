#include "sqlite/snapshot.h"

#include "fnstore/error.h"

#include "sqlite/catch_up.h"

#include <thread>
#include <utility>

namespace fnstore::sqlite {

ReadPool::ReadPool(std::string path, std::chrono::milliseconds busy_timeout,
                   const FileIdentity& identity)
    : path_(std::move(path)), busy_timeout_(busy_timeout), identity_(identity) {
  idle_.reserve(most_idle);  // destructors give back: that must not need memory
}

void ReadPool::look() const {
  identity_.check();
}

void ReadPool::look_now_and_then() {
  const auto now = std::chrono::steady_clock::now().time_since_epoch();
  if (now.count() < next_look_.load(std::memory_order_relaxed)) return;
  look();
  next_look_.store((now + look_interval).count(), std::memory_order_relaxed);
}

std::unique_ptr<Connection> ReadPool::take_idle() {
  const std::lock_guard guard(mutex_);
  if (idle_.empty()) return nullptr;
  std::unique_ptr<Connection> connection = std::move(idle_.back());
  idle_.pop_back();
  return connection;
}

std::unique_ptr<Connection> ReadPool::take() {
  if (std::unique_ptr<Connection> idle = take_idle()) return idle;
  return std::make_unique<Connection>(path_, Access::read, Sync::normal, busy_timeout_);
}

void ReadPool::give_back(std::unique_ptr<Connection> connection) {
  if (connection->in_transaction()) return;  // it would be in the way of the next one
  const std::lock_guard guard(mutex_);
  if (idle_.size() < most_idle) idle_.push_back(std::move(connection));
}

void ReadPool::clear() {
  const std::lock_guard guard(mutex_);
  idle_.clear();
}

Snapshot::Snapshot(ReadPool& pool, SharedIndex& shared, bool ordered, Begin begin)
    : pool_(pool), shared_(shared) {
  if (begin == Begin::when_needed && is_current_by_mark(ordered)) return;
  begin_with_transaction(ordered);
}

Snapshot::~Snapshot() {
  if (lock_.owns_lock()) lock_.unlock();
  transaction_.reset();
  if (connection_ != nullptr) pool_.give_back(std::move(connection_));
}

bool Snapshot::is_current_by_mark(bool ordered) {
  lock_ = std::shared_lock(shared_.mutex);
  const bool current = shared_.mark.is(shared_.index.seq) && (!ordered || shared_.index.ordered());
  if (!current) {
    lock_.unlock();
    return false;
  }
  current_seq_ = shared_.index.seq;
  pool_.look_now_and_then();
  return true;
}

void Snapshot::begin_transaction() {
  transaction_.reset();
  transaction_ = std::make_unique<ScopedTransaction>(*connection_, Access::read);
  state_ = read_state(*connection_);
  // Only after a read: it opens the log by its name, which may be that of another store by then.
  // An exchange that comes later does not touch what this transaction sees.
  pool_.look();
}

void Snapshot::begin_with_transaction(bool ordered) {
  connection_ = pool_.take();
  std::int64_t seen_seq = 0;
  do {
    if (lock_.owns_lock()) order_index();
    begin_transaction();
    // A transaction that begins after a commit was seen sees it too, or trying would never end.
    if (state_.commit_seq < seen_seq) fail_gone_back();
  } while (!align(seen_seq) || (ordered && !shared_.index.ordered()));
}

void Snapshot::begin_late() {
  connection_ = pool_.take();
  begin_transaction();
  if (state_.commit_seq != current_seq_) throw StaleSnapshot();
}

void Snapshot::wait_for_writer() {
  using namespace std::chrono_literals;
  if (shared_.committing.load() != state_.commit_seq) return;
  const auto deadline = std::chrono::steady_clock::now() + 2ms;
  while (shared_.committing.load() == state_.commit_seq &&
         std::chrono::steady_clock::now() < deadline) {
    std::this_thread::yield();
  }
}

/// Gives up the lock to order the index; by the time it is taken again there may be new commits.
void Snapshot::order_index() {
  lock_.unlock();
  const std::unique_lock exclusive(shared_.mutex);
  shared_.index.order();
}

/// Takes the index lock with index and transaction at the same commit; false when the transaction
/// is the older one and must begin anew.
bool Snapshot::align(std::int64_t& seen_seq) {
  lock_ = std::shared_lock(shared_.mutex);
  if (shared_.index.seq < state_.commit_seq) {
    lock_.unlock();
    wait_for_writer();
    {
      const std::unique_lock exclusive(shared_.mutex);
      if (shared_.index.seq < state_.commit_seq) catch_up(*connection_, state_, shared_.index);
    }
    lock_.lock();
  }
  if (shared_.index.seq == state_.commit_seq) return true;
  seen_seq = shared_.index.seq;
  lock_.unlock();
  return false;
}

const App& Snapshot::app(std::uint32_t app_no) {
  std::shared_lock<FairSharedMutex> briefly;
  if (!lock_.owns_lock()) briefly = std::shared_lock(shared_.mutex);
  if (app_no >= shared_.index.app_count()) {
    throw Error(Errc::corrupt,
                "a call names an app that is not there: the file is damaged: "
                "restore it from a backup");
  }
  return shared_.index.app(app_no);
}

}  // namespace fnstore::sqlite
