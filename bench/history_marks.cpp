#include "history_marks.h"

#include "fnstore/limits.h"

#include "progress.h"

#include <algorithm>
#include <chrono>
#include <tuple>
#include <unordered_map>
#include <utility>

namespace fnstore::bench {
namespace {

static_assert(marks_per_function % 2 == 0);

/// Keeps every n-th of a function's calls, newest first, doubling n when there are too many.
class MarkCollector {
 public:
  /// Whether the next call is to be kept; call once for each call.
  bool wants_next() {
    if (seen_++ % step_ != 0) return false;
    if (marks_.size() < marks_per_function) return true;
    for (std::size_t i = 1; 2 * i < marks_.size(); ++i) marks_[i] = std::move(marks_[2 * i]);
    marks_.resize((marks_.size() + 1) / 2);
    step_ *= 2;
    return true;  // it is number marks_per_function * old step, a multiple of the new one
  }

  void keep(std::string id, Timestamp created_at) { marks_.push_back({std::move(id), created_at}); }

  FunctionMarks finish(std::string fn_id, std::string app_id) && {
    return {std::move(fn_id), std::move(app_id), seen_, std::move(marks_)};
  }

 private:
  std::vector<Mark> marks_;
  std::uint64_t seen_ = 0;
  std::uint64_t step_ = 1;
};

void most_called_first(HistoryMarks& history) {
  std::sort(history.begin(), history.end(), [](const auto& a, const auto& b) {
    return std::tuple(b.calls, std::string_view(a.fn_id)) <
           std::tuple(a.calls, std::string_view(b.fn_id));
  });
}

}  // namespace

HistoryMarks marks_of_plan(const CallPlan& plan) {
  const auto by_function = newest_first(plan);
  HistoryMarks history;
  for (std::size_t f = 0; f < by_function.size(); ++f) {
    if (by_function[f].empty()) continue;
    MarkCollector collector;
    for (const std::uint32_t index : by_function[f]) {
      if (!collector.wants_next()) continue;
      const PlannedCall& call = plan.calls[index];
      collector.keep(planned_id(plan, call), Timestamp{std::chrono::milliseconds{call.created_at}});
    }
    history.push_back(
        std::move(collector).finish(plan.functions[f].fn_id, plan.functions[f].app_id));
  }
  most_called_first(history);
  return history;
}

HistoryMarks marks_of_engine(const Engine& engine) {
  Progress progress("walking the history", engine.count().calls);
  std::unordered_map<std::string, std::pair<std::string, MarkCollector>> collectors;
  CallFilter filter;
  filter.per_page = limits::calls_per_page;
  do {
    const CallList page = engine.list(filter);
    for (const Call& call : page.items) {
      auto& [app_id, collector] = collectors[call.fn_id];
      app_id = call.app_id;
      if (collector.wants_next()) collector.keep(call.id, call.created_at.value_or(Timestamp{}));
    }
    progress.add(page.items.size());
    filter.cursor = page.next_cursor;
  } while (!filter.cursor.empty());
  HistoryMarks history;
  for (auto& [fn_id, found] : collectors) {
    history.push_back(std::move(found.second).finish(fn_id, std::move(found.first)));
  }
  most_called_first(history);
  return history;
}

}  // namespace fnstore::bench
