#pragma once

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

  explicit Maintenance(Work work);
  ~Maintenance();  ///< waits for the work under way

  void wake();
  bool stopping() const;

 private:
  void loop();

  Work work_;
  mutable std::mutex mutex_;
  std::condition_variable woken_;
  bool wanted_ = false;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace fnstore::sqlite
