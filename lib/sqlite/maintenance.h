#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>

namespace fnstore::sqlite {

/// A thread that runs `work` each time it is woken; several wakes while it works count as one.
/// `work` must not throw; it gets the thread's owner, to ask stopping() whether to end early.
class Maintenance {
 public:
  using Work = std::function<void(const Maintenance&)>;

  /// With `interval` (not 0) it also works so often without being woken.
  explicit Maintenance(Work work, std::chrono::milliseconds interval = {});
  ~Maintenance();  ///< waits for the work under way

  void wake();
  bool stopping() const;

 private:
  void loop();

  Work work_;
  std::chrono::milliseconds interval_;
  mutable std::mutex mutex_;
  std::condition_variable woken_;
  bool wanted_ = false;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace fnstore::sqlite
