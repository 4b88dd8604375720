#pragma once

#include <atomic>
#include <memory>
#include <utility>

namespace fnstore {

/// The process that something was made in. A child of fork() gets a copy of the memory, but neither
/// the threads nor the locks on files: what relies on those must not be used there. Asking costs
/// one read of memory. Any thread may ask.
class ProcessOfOrigin {
 public:
  ProcessOfOrigin();

  bool is_here() const noexcept { return forks_ == forks.load(std::memory_order_relaxed); }

  /// Throws `unsupported` in a child. `what`: "store" or the like.
  void require_here(const char* what) const {
    if (!is_here()) refuse(what);
  }

 private:
  [[noreturn]] static void refuse(const char* what);

  static std::atomic<unsigned> forks;  // that lead from the first process to this one
  unsigned forks_;
};

/// In a child: keeps what must not be destroyed there, since that would wait for threads that are
/// gone or let go of locks that the parent relies on. For good, and nobody looks at it again.
template <typename Kept>
void abandon(std::unique_ptr<Kept> kept) {
  struct Node {
    std::unique_ptr<Kept> kept;
    Node* next;
  };
  static Node* all = nullptr;  // reachable, so that it is not taken for a leak
  all = new Node{std::move(kept), all};
}

}  // namespace fnstore
