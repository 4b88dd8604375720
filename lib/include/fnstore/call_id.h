#pragma once

#include "fnstore/timestamp.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace fnstore {

/// The three parts of a generated id: 128 bits = 48 bits milliseconds since 1970, 48 bits
/// machine, 32 bits counter, from high to low.
struct CallIdParts {
  std::uint64_t milliseconds = 0;  ///< 0 .. 2^48-1
  std::uint64_t machine = 0;       ///< 0 .. 2^48-1
  std::uint32_t counter = 0;

  friend bool operator==(const CallIdParts&, const CallIdParts&) = default;
};

/// The text form: 26 characters of Crockford base32, most significant first. It sorts like the
/// 128-bit number, as text and as bytes. Throws `invalid` when a part is out of its range.
std::string format_call_id(const CallIdParts& parts);

/// The parts of a text in exactly that form (upper case, first character 0 to 7); nothing for a
/// foreign id. format_call_id(*parse_call_id(t)) == t whenever it returns a value.
std::optional<CallIdParts> parse_call_id(std::string_view text) noexcept;

/// A new id from this process: greater than every id it returned before, on any thread, even when
/// the clock steps back. The machine part is random per process and changes after a fork.
std::string new_call_id(const Clock& clock = system_clock());

}  // namespace fnstore
