#include "sqlite/maintenance.h"

#include "model/background_thread.h"

#include <utility>

namespace fnstore::sqlite {

Maintenance::Maintenance(Work work, std::chrono::milliseconds interval)
    : work_(std::move(work)), interval_(interval) {
  thread_ = background_thread("fnstore-pack", [this] { loop(); });
}

Maintenance::~Maintenance() {
  {
    const std::lock_guard guard(mutex_);
    stopping_ = true;
  }
  woken_.notify_all();
  thread_.join();
}

void Maintenance::wake() {
  {
    const std::lock_guard guard(mutex_);
    if (wanted_) return;
    wanted_ = true;
  }
  woken_.notify_all();
}

bool Maintenance::stopping() const {
  const std::lock_guard guard(mutex_);
  return stopping_;
}

void Maintenance::loop() {
  std::unique_lock guard(mutex_);
  while (true) {
    const auto called = [&] { return wanted_ || stopping_; };
    if (interval_.count() > 0) {
      woken_.wait_for(guard, interval_, called);
    } else {
      woken_.wait(guard, called);
    }
    if (stopping_) return;
    wanted_ = false;
    guard.unlock();
    work_(*this);
    guard.lock();
  }
}

}  // namespace fnstore::sqlite
