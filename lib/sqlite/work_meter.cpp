#include "sqlite/work_meter.h"

#include <algorithm>

namespace fnstore::sqlite {
namespace {

constexpr std::uint64_t ask_interval = 256 << 10;  // bytes

}  // namespace

bool WorkMeter::ask() noexcept {
  if (stopped_ || !progress_) return stopped_;
  try {
    stopped_ = !progress_(std::min(done_, total_), total_);
  } catch (...) {
    failure_ = std::current_exception();
    stopped_ = true;
  }
  return stopped_;
}

void WorkMeter::rethrow() {
  if (failure_) std::rethrow_exception(failure_);
  if (stopped_) throw Stopped{};
}

void WorkMeter::advance_to(std::uint64_t bytes) {
  done_ = std::max(done_, bytes);
  if (done_ < next_ask_ && done_ < total_) return;
  next_ask_ = done_ + ask_interval;
  ask();
  rethrow();
}

}  // namespace fnstore::sqlite
