#include "model/call_id_sequence.h"

#include "fnstore/error.h"

#include <algorithm>

namespace fnstore {
namespace {

constexpr std::uint64_t max48 = (std::uint64_t{1} << 48) - 1;
constexpr std::uint64_t max32 = (std::uint64_t{1} << 32) - 1;

}  // namespace

CallIdSequence::CallIdSequence(const CallIdParts& last) : last_(number_of(last)) {}

CallIdSequence::Number CallIdSequence::number_of(const CallIdParts& parts) {
  return Number(parts.milliseconds) << 80 | Number(parts.machine) << 32 | parts.counter;
}

CallIdParts CallIdSequence::parts_of(const Number& number) {
  return {static_cast<std::uint64_t>(number >> 80),
          static_cast<std::uint64_t>(Number(number >> 32) & max48),
          static_cast<std::uint32_t>(number & max32)};
}

CallIdParts CallIdSequence::next(std::uint64_t milliseconds, std::uint64_t machine) {
  const CallIdParts last = parts_of(last_);
  milliseconds = std::max(milliseconds, last.milliseconds);
  Number id = number_of({milliseconds, machine, 0});
  if (id <= last_) {
    if (machine == last.machine && last.counter < max32) {
      id = last_ + 1;
    } else {
      id = number_of({++milliseconds, machine, 0});
    }
  }
  if (milliseconds > max48) {
    throw Error(Errc::invalid,
                "the clock stands past the last millisecond a call id can hold, in the year 10889");
  }
  last_ = id;
  return parts_of(id);
}

}  // namespace fnstore
