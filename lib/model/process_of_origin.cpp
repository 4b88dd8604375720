#include "model/process_of_origin.h"

#include "fnstore/error.h"

#include <pthread.h>
#include <string>

namespace fnstore {

std::atomic<unsigned> ProcessOfOrigin::forks{0};

ProcessOfOrigin::ProcessOfOrigin() : forks_(forks.load(std::memory_order_relaxed)) {
  static const int watched = ::pthread_atfork(nullptr, nullptr, [] { ++forks; });
  static_cast<void>(watched);
}

void ProcessOfOrigin::refuse(const char* what) {
  throw Error(Errc::unsupported,
              std::string("this ") + what +
                  " belongs to the parent of this process, which has forked: only the parent can "
                  "use it; close it before fork(), and open one in each process after it");
}

}  // namespace fnstore
