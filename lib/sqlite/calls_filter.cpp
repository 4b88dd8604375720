#include "sqlite/calls_filter.h"

#include "sqlite/text_time.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace fnstore::sqlite {

void CallsFilter::compare_id(Comparison comparison, std::string_view text) {
  const bool bounds_below = comparison == Comparison::equal || comparison == Comparison::above ||
                            comparison == Comparison::at_least;
  const bool bounds_above = comparison == Comparison::equal || comparison == Comparison::below ||
                            comparison == Comparison::at_most;
  if (bounds_below && (!low_id || *low_id < text)) low_id = text;
  if (bounds_above && (!high_id || *high_id > text)) high_id = text;
  if (low_id && high_id && *low_id > *high_id) nothing = true;
}

void CallsFilter::compare_created(Comparison comparison, std::string_view text) {
  switch (comparison) {
    case Comparison::equal:
      compare_created(Comparison::at_least, text);
      compare_created(Comparison::at_most, text);
      return;
    case Comparison::below:
      to_created = std::min(to_created, first_time_from(text) - 1);
      break;
    case Comparison::at_most:
      to_created = std::min(to_created, first_time_above(text) - 1);
      break;
    case Comparison::above:
      from_created = std::max(from_created, first_time_above(text));
      break;
    case Comparison::at_least:
      from_created = std::max(from_created, first_time_from(text));
      break;
  }
  if (from_created > to_created) nothing = true;
}

void CallsFilter::want_functions(std::vector<std::string> wanted) {
  std::ranges::sort(wanted);
  wanted.erase(std::unique(wanted.begin(), wanted.end()), wanted.end());
  if (fn_ids) {
    std::vector<std::string> both;
    std::ranges::set_intersection(*fn_ids, wanted, std::back_inserter(both));
    wanted = std::move(both);
  }
  fn_ids = std::move(wanted);
  if (fn_ids->empty()) nothing = true;
}

void CallsFilter::want_status(const std::vector<std::string>& words) {
  unsigned mask = 0;
  for (int status = 0; status < status_count; ++status) {
    const std::string_view name = to_string(static_cast<Status>(status));
    if (std::ranges::find(words, name) != words.end()) mask |= 1U << status;
  }
  status_mask &= mask;
  if (status_mask == 0) nothing = true;
}

bool CallsFilter::narrows_blocks() const {
  constexpr unsigned finished = 1U << static_cast<unsigned>(Status::success) |
                                1U << static_cast<unsigned>(Status::error) |
                                1U << static_cast<unsigned>(Status::cancelled);
  return (status_mask & finished) != finished ||
         from_created != std::numeric_limits<std::int64_t>::min() ||
         to_created != std::numeric_limits<std::int64_t>::max();
}

bool CallsFilter::may_have_status(std::uint64_t calls, std::uint64_t errors,
                                  std::uint64_t cancelled) const {
  return (has_status(Status::error) && errors > 0) ||
         (has_status(Status::cancelled) && cancelled > 0) ||
         (has_status(Status::success) && calls > errors + cancelled);
}

}  // namespace fnstore::sqlite
