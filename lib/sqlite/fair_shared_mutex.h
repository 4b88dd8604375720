#pragma once

#include <mutex>
#include <shared_mutex>

namespace fnstore::sqlite {

/// A shared mutex that no stream of readers can keep a writer out of: everybody passes a gate
/// first, and a waiting writer holds it. (glibc's rwlock prefers readers.)
class FairSharedMutex {
 public:
  void lock() {
    gate_.lock();
    shared_.lock();
  }
  void unlock() {
    shared_.unlock();
    gate_.unlock();
  }
  void lock_shared() {
    const std::lock_guard pass(gate_);
    shared_.lock_shared();
  }
  void unlock_shared() { shared_.unlock_shared(); }

 private:
  std::mutex gate_;
  std::shared_mutex shared_;
};

}  // namespace fnstore::sqlite
