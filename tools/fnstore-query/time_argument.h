#pragma once

#include "fnstore/timestamp.h"

#include <chrono>
#include <string_view>

namespace fnstore::query {

/// A time as people type it: RFC 3339, seconds since 1970 (decimals and a minus allowed), or an
/// age such as 90s 15m 36h 7d 2w, meaning that long before `now`. What is finer than a millisecond
/// is cut off towards the past. Throws UsageError that names `option` and the text.
Timestamp parse_time_argument(std::string_view option, std::string_view text, Timestamp now);

/// Only an age, as a length. Throws UsageError.
std::chrono::milliseconds parse_age_argument(std::string_view option, std::string_view text);

}  // namespace fnstore::query
