#pragma once

#include "fnstore/queue.h"

#include <string>

namespace fnstore::sqlite {

/// Tells every QueueWatch of a store, in all processes, that there is news. `descriptor` is of the
/// store's lock file.
void announce_queue_news(int descriptor) noexcept;

/// Watches the store's lock file with inotify: whoever has news of the queue writes a byte into
/// it after the commit. So a worker that waits costs nothing, however much else is written. Where
/// the system has no inotify instance left, it looks every 40 ms instead.
class LockFileWatch final : public QueueWatch {
 public:
  explicit LockFileWatch(std::string lock_path);
  ~LockFileWatch() override;
  LockFileWatch(const LockFileWatch&) = delete;
  LockFileWatch& operator=(const LockFileWatch&) = delete;

  bool wait(std::chrono::milliseconds most) override;
  void wake() noexcept override;

 private:
  bool arm();
  bool take_events();

  std::string lock_path_;
  int events_ = -1;   // of inotify; -1: none to be had
  int wakeups_ = -1;  // an eventfd
  bool armed_ = false;
};

}  // namespace fnstore::sqlite
