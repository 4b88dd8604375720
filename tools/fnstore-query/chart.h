#pragma once

#include "terminal.h"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

namespace fnstore::query {

/// Pictures of numbers, a line each: block characters in a UTF-8 locale, else ASCII.

/// A character a value, as high as the value is beside the greatest; what is not 0 is seen.
std::string sparkline(std::span<const std::uint64_t> values, const Terminal& terminal);

/// As long as `value` is beside `greatest`, at most `width` columns; what is not 0 is seen.
std::string bar(std::uint64_t value, std::uint64_t greatest, std::size_t width,
                const Terminal& terminal);

}  // namespace fnstore::query
