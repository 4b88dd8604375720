#include "filter_cases.h"

#include <algorithm>
#include <array>

namespace fnstore::bench {
namespace {

constexpr std::size_t usual_functions = 10;

/// One of the most called functions but the first, which has one error alone.
const FunctionMarks& usual_function(const HistoryMarks& history, Random& random) {
  const std::size_t hot = std::min(usual_functions, history.size());
  return history[hot < 2 ? 0 : 1 + random.below(hot - 1)];
}

CallFilter errors_of(const std::string& fn_id) {
  CallFilter filter;
  filter.fn_id = fn_id;
  filter.per_page = page_size;
  filter.status = {Status::error};
  return filter;
}

CallFilter errors(const HistoryMarks& history, Random& random) {
  return errors_of(usual_function(history, random).fn_id);
}

CallFilter errors_deep(const HistoryMarks& history, Random& random) {
  const FunctionMarks& function = usual_function(history, random);
  CallFilter filter = errors_of(function.fn_id);
  filter.cursor = encode_cursor(function.marks[random.below(function.marks.size())].id);
  return filter;
}

CallFilter one_error(const HistoryMarks& history, Random&) {
  return errors_of(history.front().fn_id);
}

CallFilter error_text(const HistoryMarks& history, Random& random) {
  CallFilter filter = errors_of(usual_function(history, random).fn_id);
  filter.status.clear();
  filter.error = "status 137";
  return filter;
}

CallFilter combination(const HistoryMarks& history, Random& random) {
  CallFilter filter = errors_of("");
  filter.status = {Status::error, Status::cancelled};
  filter.type = CallType::async;
  filter.app_id = usual_function(history, random).app_id;
  return filter;
}

CallFilter all_errors(const HistoryMarks&, Random&) {
  return errors_of("");
}

CallFilter empty(const HistoryMarks& history, Random&) {
  CallFilter filter = errors_of(history.front().fn_id);
  filter.status = {Status::cancelled};
  return filter;
}

}  // namespace

std::span<const PageCase> filter_cases() {
  static constexpr std::array cases{PageCase{"errors", &errors, true},
                                    PageCase{"errors_deep", &errors_deep, true},
                                    PageCase{"one_error", &one_error, true},
                                    PageCase{"error_text", &error_text, true},
                                    PageCase{"combination", &combination, true},
                                    PageCase{"all_errors", &all_errors, true},
                                    PageCase{"empty", &empty, true}};
  return cases;
}

void leave_one_error(CallPlan& plan) {
  std::vector<std::uint64_t> counts(plan.functions.size());
  for (const PlannedCall& call : plan.calls) ++counts[call.function];
  const auto most = static_cast<std::uint32_t>(std::ranges::max_element(counts) - counts.begin());
  std::uint64_t seen = 0;
  for (PlannedCall& call : plan.calls) {
    if (call.function != most) continue;
    call.failure = seen == counts[most] / 2 ? 1 : 0;
    ++seen;
  }
}

}  // namespace fnstore::bench
