#pragma once

#include "fnstore/safekeeping.h"

#include <cstdint>
#include <exception>
#include <functional>

namespace fnstore::sqlite {

/// Thrown through long work whose caller asked to stop; never leaves this module.
struct Stopped {};

/// Counts how far long work is and asks its caller whether to go on. Used by one thread.
class WorkMeter {
 public:
  /// `total`: bytes, estimated. `progress` must outlive it, and may be empty.
  WorkMeter(const WorkProgress& progress, std::uint64_t total)
      : progress_(progress), total_(total) {}

  /// Throws Stopped, or what the caller's function threw.
  void advance(std::uint64_t bytes) { advance_to(done_ + bytes); }
  void advance_to(std::uint64_t bytes);
  std::uint64_t done() const { return done_; }

  /// For SQLite's machine, through which nothing can be thrown: true when it is to end.
  const std::function<bool()>& stop_question() const { return question_; }
  /// Throws what the question kept back.
  void rethrow();

 private:
  bool ask() noexcept;

  const WorkProgress& progress_;
  std::uint64_t total_;
  std::uint64_t done_ = 0;
  std::uint64_t next_ask_ = 0;
  bool stopped_ = false;
  std::exception_ptr failure_;
  std::function<bool()> question_ = [this] { return ask(); };
};

}  // namespace fnstore::sqlite
