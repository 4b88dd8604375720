#include "json_line_budget.h"

#include "fnstore/limits.h"

#include <algorithm>

namespace fnstore::query {
namespace {

/// Longer than any string but payload and log can be, in bytes of its value.
constexpr std::uint64_t big_string_units = std::uint64_t{2} << 20;

/// The longest payload or log in base64.
constexpr std::uint64_t most_string_units =
    std::max(limits::payload_bytes, limits::log_bytes) / 3 * 4 + 1'024;

constexpr std::uint64_t most_plain = limits::json_line_bytes;

}  // namespace

bool JsonLineBudget::take(std::string_view bytes) {
  for (const char c : bytes) {
    if (!in_string_) {
      in_string_ = c == '"';
      ++plain_;
      continue;
    }
    if (!escaped_ && hex_digits_ == 0 && c == '"') {
      end_string();
      continue;
    }
    if (hex_digits_ > 0) {
      --hex_digits_;
    } else if (escaped_) {
      escaped_ = false;
      hex_digits_ = c == 'u' ? 4 : 0;
    } else {
      escaped_ = c == '\\';
      ++string_units_;
    }
  }
  const std::uint64_t growing = string_units_ > big_string_units ? 0 : string_units_;
  const int big = big_strings_ + (string_units_ > big_string_units ? 1 : 0);
  return plain_ + growing <= most_plain && big <= 2 && string_units_ <= most_string_units;
}

void JsonLineBudget::end_string() {
  if (string_units_ > big_string_units) {
    ++big_strings_;
  } else {
    plain_ += string_units_ + 1;
  }
  in_string_ = false;
  string_units_ = 0;
}

}  // namespace fnstore::query
