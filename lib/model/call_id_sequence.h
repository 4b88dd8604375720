#pragma once

#include "fnstore/call_id.h"

#include <boost/multiprecision/cpp_int.hpp>
#include <cstdint>

namespace fnstore {

/// Ids as 128-bit numbers, each greater than the one before, whatever the clock says. Not
/// thread-safe.
class CallIdSequence {
 public:
  CallIdSequence() = default;

  /// Goes on above `last`.
  explicit CallIdSequence(const CallIdParts& last);

  /// The least id of this moment and machine that is greater than all before. Where the counter is
  /// full, or the machine is not the last id's, it is taken from the millisecond after the last
  /// id's. `machine` has 48 bits. Throws `invalid` when the time does not fit 48 bits.
  CallIdParts next(std::uint64_t milliseconds, std::uint64_t machine);

 private:
  using Number = boost::multiprecision::uint128_t;

  static Number number_of(const CallIdParts& parts);
  static CallIdParts parts_of(const Number& number);

  Number last_ = 0;
};

}  // namespace fnstore
