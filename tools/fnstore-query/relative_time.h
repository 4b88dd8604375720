#pragma once

#include "fnstore/timestamp.h"

#include <string>

namespace fnstore::query {

/// How far a time lies from `now`, for people: "3m ago", "2h ago", "5d ago", "in 10s", "now" for
/// less than a second. One unit, cut off: s below a minute, m below an hour, h below two days, then
/// d, and y from two years of 365 days on. Always ASCII.
std::string relative_time(Timestamp time, Timestamp now);

}  // namespace fnstore::query
