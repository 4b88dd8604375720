#include "page_cases.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>

namespace fnstore::bench {
namespace {

using std::chrono::milliseconds;

constexpr std::size_t hot_functions = 10;

template <typename Items>
const auto& any_of(const Items& items, std::size_t from, std::size_t to, Random& random) {
  return items[from + random.below(to - from)];
}

/// How many functions, from the most called on, have more than `calls` calls.
std::size_t functions_beyond(const HistoryMarks& history, std::uint64_t calls) {
  return static_cast<std::size_t>(
      std::partition_point(history.begin(), history.end(),
                           [calls](const FunctionMarks& f) { return f.calls > calls; }) -
      history.begin());
}

CallFilter page_of(const std::string& fn_id) {
  CallFilter filter;
  filter.fn_id = fn_id;
  filter.per_page = page_size;
  return filter;
}

CallFilter hot_page(const HistoryMarks& history, Random& random) {
  return page_of(any_of(history, 0, std::min(hot_functions, history.size()), random).fn_id);
}

CallFilter rare_page(const HistoryMarks& history, Random& random) {
  const std::size_t from = std::min(functions_beyond(history, page_size), history.size() - 1);
  return page_of(any_of(history, from, history.size(), random).fn_id);
}

/// Strictly below a random mark that is not its function's oldest call.
CallFilter deep_page(const HistoryMarks& history, Random& random) {
  const std::size_t deep = std::max<std::size_t>(functions_beyond(history, 2 * page_size), 1);
  const FunctionMarks& function = any_of(history, 0, deep, random);
  CallFilter filter = page_of(function.fn_id);
  if (function.marks.size() < 2) return filter;
  filter.cursor = encode_cursor(any_of(function.marks, 0, function.marks.size() - 1, random).id);
  return filter;
}

CallFilter all_page(const HistoryMarks&, Random&) {
  return page_of("");
}

CallFilter all_deep_page(const HistoryMarks& history, Random& random) {
  const FunctionMarks& function =
      any_of(history, 0, std::min(hot_functions, history.size()), random);
  CallFilter filter = page_of("");
  if (function.marks.size() < 2) return filter;
  filter.cursor = encode_cursor(any_of(function.marks, 0, function.marks.size() - 1, random).id,
                                function.fn_id);
  return filter;
}

/// The range ends just after a mark of the older half, so it has at least that call.
CallFilter range_of(const FunctionMarks& function, Random& random) {
  const Mark& newest =
      any_of(function.marks, function.marks.size() / 2, function.marks.size(), random);
  const Timestamp oldest = function.marks.back().created_at;
  const double half = std::max<double>(
      2'000,
      static_cast<double>((function.marks[function.marks.size() / 2].created_at - oldest).count()));
  const double width_ms = 1'000 * std::pow(half / 1'000, random.unit());
  CallFilter filter = page_of(function.fn_id);
  filter.to_time = newest.created_at + milliseconds{1};
  filter.from_time = *filter.to_time - milliseconds{static_cast<std::int64_t>(width_ms)};
  return filter;
}

CallFilter any_range(const HistoryMarks& history, Random& random) {
  const std::size_t big = std::max<std::size_t>(functions_beyond(history, 4 * page_size), 1);
  return range_of(any_of(history, 0, big, random), random);
}

CallFilter hot_range(const HistoryMarks& history, Random& random) {
  return range_of(history.front(), random);
}

CallFilter all_range(const HistoryMarks& history, Random& random) {
  CallFilter filter = any_range(history, random);
  filter.fn_id.clear();
  return filter;
}

/// Strictly below a call that so many percent of its function's calls are newer than, give or take
/// one, so that requests differ.
CallFilter page_at_depth(const HistoryMarks& history, Random& random, std::size_t percent) {
  const FunctionMarks& function =
      any_of(history, 0, std::min(hot_functions, history.size()), random);
  CallFilter filter = page_of(function.fn_id);
  const std::size_t marks = function.marks.size();
  if (marks < 2) return filter;
  const std::size_t spread = marks / 50 + 1;
  const std::size_t from = marks * (percent - 1) / 100;
  const std::size_t at = std::min(from + random.below(spread), marks - 2);
  filter.cursor = encode_cursor(function.marks[at].id);
  return filter;
}

CallFilter depth_10(const HistoryMarks& history, Random& random) {
  return page_at_depth(history, random, 10);
}

CallFilter depth_50(const HistoryMarks& history, Random& random) {
  return page_at_depth(history, random, 50);
}

CallFilter depth_99(const HistoryMarks& history, Random& random) {
  return page_at_depth(history, random, 99);
}

}  // namespace

std::span<const PageCase> page_cases() {
  static constexpr std::array cases{PageCase{"hot", &hot_page}, PageCase{"rare", &rare_page},
                                    PageCase{"deep", &deep_page}, PageCase{"all", &all_page},
                                    PageCase{"all_deep", &all_deep_page}};
  return cases;
}

std::span<const PageCase> range_cases() {
  static constexpr std::array cases{PageCase{"any", &any_range}, PageCase{"hot", &hot_range},
                                    PageCase{"all", &all_range}};
  return cases;
}

std::span<const PageCase> one_function_range_cases() {
  static constexpr std::array cases{PageCase{"one", &hot_range}};
  return cases;
}

std::span<const PageCase> all_functions_cases() {
  static constexpr std::array cases{PageCase{"newest", &all_page}, PageCase{"deep", &all_deep_page},
                                    PageCase{"range", &all_range}};
  return cases;
}

std::span<const PageCase> depth_cases() {
  static constexpr std::array cases{PageCase{"newest", &hot_page}, PageCase{"depth_10", &depth_10},
                                    PageCase{"depth_50", &depth_50},
                                    PageCase{"depth_99", &depth_99}};
  return cases;
}

}  // namespace fnstore::bench
