#pragma once

#include "fnstore/call_filter.h"

#include "history_marks.h"
#include "random.h"

#include <span>
#include <string_view>

namespace fnstore::bench {

inline constexpr std::size_t page_size = 30;

/// A way to ask for a page; every request it makes is answered by at least one call, unless it says
/// otherwise.
struct PageCase {
  std::string_view name;
  CallFilter (*make)(const HistoryMarks& history, Random& random);
  bool may_be_empty = false;
};

/// hot: newest page of one of the ten most called functions; rare: of one with at most a page of
/// calls (or the least called there is); deep: from a random call on of a random function with more
/// than two pages; all, all_deep: the same over all functions together.
std::span<const PageCase> page_cases();

/// Time ranges in the older half of a history, one second wide or up to all of that half, as
/// likely in each order of magnitude. any: of a random function with at least four pages (or the
/// most called); hot: of the most called function; all: over all functions.
std::span<const PageCase> range_cases();

/// one: the same in a history of one function.
std::span<const PageCase> one_function_range_cases();

/// Over all functions: newest and deep (as all and all_deep of page_cases), range.
std::span<const PageCase> all_functions_cases();

/// How far down a function the page begins: newest, depth_10, depth_50 and depth_99 (percent of its
/// calls are newer). Of one of the ten most called functions.
std::span<const PageCase> depth_cases();

}  // namespace fnstore::bench
