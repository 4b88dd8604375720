#include "fnstore/call_id.h"
#include "fnstore/error.h"

#include "model/call_id_sequence.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fmt/format.h>
#include <mutex>
#include <pthread.h>
#include <sys/random.h>

namespace fnstore {
namespace {

std::uint64_t random_machine() {
  std::uint64_t bits = 0;
  ssize_t got = 0;
  do {
    got = ::getrandom(&bits, sizeof bits, 0);
  } while (got < 0 && errno == EINTR);
  if (got != sizeof bits) {
    throw Error(Errc::io, fmt::format("cannot draw a random machine part for call ids: {}",
                                      std::strerror(errno)));
  }
  return bits >> 16;
}

// One per process. The lock is held across a fork, so that the child's copy is whole.
class Generator {
 public:
  Generator() { ::pthread_atfork(&before_fork, &after_fork_in_parent, &after_fork_in_child); }

  CallIdParts next(std::uint64_t milliseconds) {
    const std::lock_guard lock(mutex_);
    if (needs_machine_) {
      machine_ = random_machine();
      needs_machine_ = false;
    }
    return sequence_.next(milliseconds, machine_);
  }

 private:
  static void before_fork();
  static void after_fork_in_parent();
  static void after_fork_in_child();

  std::mutex mutex_;
  CallIdSequence sequence_;
  std::uint64_t machine_ = 0;
  bool needs_machine_ = true;
};

// Never destroyed: threads may outlive main, and a fork handler cannot be taken back.
Generator& generator() {
  static Generator& only = *new Generator;
  return only;
}

void Generator::before_fork() {
  generator().mutex_.lock();
}
void Generator::after_fork_in_parent() {
  generator().mutex_.unlock();
}
void Generator::after_fork_in_child() {
  generator().needs_machine_ = true;
  generator().mutex_.unlock();
}

}  // namespace

std::string new_call_id(const Clock& clock) {
  const std::int64_t now = clock.now().time_since_epoch().count();
  const auto since_1970 = static_cast<std::uint64_t>(std::max<std::int64_t>(now, 0));
  return format_call_id(generator().next(since_1970));
}

}  // namespace fnstore
