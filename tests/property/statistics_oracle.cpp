#include "statistics_oracle.h"

#include <algorithm>
#include <fmt/format.h>
#include <map>
#include <numeric>
#include <set>

using namespace fnstore;

namespace {

using Values = std::vector<std::int64_t>;

constexpr std::int64_t hour = 3'600'000;

DurationSummary summarize_values(Values values) {
  DurationSummary summary;
  if (values.empty()) return summary;
  std::sort(values.begin(), values.end());
  summary.calls = values.size();
  summary.total = std::accumulate(values.begin(), values.end(), std::int64_t{0});
  summary.mean = static_cast<double>(summary.total) / static_cast<double>(values.size());
  const auto percentile = [&](std::size_t percent) {
    std::size_t rank = 1;  // the least one that leaves so many percent at or below it
    while (rank * 100 < percent * values.size()) ++rank;
    return values[rank - 1];
  };
  summary.p50 = percentile(50);
  summary.p90 = percentile(90);
  summary.p99 = percentile(99);
  summary.max = values.back();
  Values edges{0};
  for (std::int64_t decade = 1; edges.back() < values.back(); decade *= 10) {
    for (const std::int64_t step : {1, 2, 5}) edges.push_back(step * decade);
  }
  for (std::size_t i = 0; i < edges.size(); ++i) {
    const auto inside = std::count_if(values.begin(), values.end(), [&](std::int64_t value) {
      return value <= edges[i] && (i == 0 || value > edges[i - 1]);
    });
    summary.histogram.push_back({edges[i], static_cast<std::uint64_t>(inside)});
  }
  while (summary.histogram.back().calls == 0) summary.histogram.pop_back();
  while (summary.histogram.front().calls == 0) {
    summary.histogram.erase(summary.histogram.begin());
  }
  return summary;
}

CallSummary summarize_calls(const std::string& key, const std::vector<Call>& calls) {
  CallSummary summary;
  summary.key = key;
  Values run;
  Values wait;
  for (const Call& call : calls) {
    ++summary.by_status[static_cast<std::size_t>(call.status)];
    if (!call.started_at) continue;
    wait.push_back((*call.started_at - *call.created_at).count());
    if (call.completed_at) run.push_back((*call.completed_at - *call.started_at).count());
  }
  summary.run = summarize_values(run);
  summary.wait = summarize_values(wait);
  return summary;
}

std::string start_of(Timestamp time, std::int64_t step) {
  std::int64_t ms = time.time_since_epoch().count();
  ms -= (ms % step + step) % step;
  return format_rfc3339(Timestamp(std::chrono::milliseconds(ms)));
}

std::string key_of(const Call& call, GroupBy by) {
  if (by == GroupBy::function) return call.fn_id;
  if (by == GroupBy::app) return call.app_id;
  if (by == GroupBy::type) return std::string(to_string(call.type));
  return start_of(*call.created_at, by == GroupBy::hour ? hour : 24 * hour);
}

std::string reason_of(const std::string& error) {
  for (const std::string word :
       {"timeout", "killed", "bad_exit", "client_request", "lost", "not_placed"}) {
    if (error == word || error.starts_with(word + ":")) return word;
  }
  return error.substr(0, error.find('\n'));
}

std::optional<std::string> timeline_difference(const Statistics& got,
                                               const std::vector<Call>& calls) {
  for (std::size_t i = 0; i < got.timeline.size(); ++i) {
    const TimelinePoint& point = got.timeline[i];
    const bool is_last = i + 1 == got.timeline.size();
    const Timestamp to = is_last ? point.from + got.timeline_step : got.timeline[i + 1].from;
    const bool is_cut = i == 0 && point.from == earliest_timestamp;  // no time is before it
    const auto length = to - point.from;
    if (is_cut ? length > got.timeline_step : length != got.timeline_step) {
      return "a timeline has gaps";
    }
    TimelinePoint wanted{point.from, 0, 0};
    for (const Call& call : calls) {
      if (*call.created_at < point.from || *call.created_at >= to) continue;
      ++wanted.calls;
      wanted.errors += call.status == Status::error ? 1U : 0U;
    }
    if (point != wanted) {
      return fmt::format("the timeline has {} calls and {} errors at {} instead of {} and {}",
                         point.calls, point.errors, format_rfc3339(point.from), wanted.calls,
                         wanted.errors);
    }
  }
  std::uint64_t total = 0;
  for (const TimelinePoint& point : got.timeline) total += point.calls;
  if (total != calls.size()) return fmt::format("the timeline has {} calls in all", total);
  return std::nullopt;
}

std::string text_of(const DurationSummary& summary) {
  std::string text = fmt::format("{} {} {} {} {} {} {}:", summary.calls, summary.total,
                                 summary.mean, summary.p50, summary.p90, summary.p99, summary.max);
  for (const DurationBucket& bucket : summary.histogram) {
    text += fmt::format(" {}<={}", bucket.calls, bucket.up_to);
  }
  return text;
}

std::string text_of(const CallSummary& summary) {
  return fmt::format("{} calls; run {}; wait {}", summary.calls(), text_of(summary.run),
                     text_of(summary.wait));
}

}  // namespace

Statistics plain_statistics(const std::vector<Call>& calls, GroupBy by) {
  Statistics statistics;
  statistics.all = summarize_calls("", calls);
  std::map<std::string, std::vector<Call>> groups;
  std::map<std::string, std::uint64_t> reasons;
  for (const Call& call : calls) {
    if (by != GroupBy::nothing) groups[key_of(call, by)].push_back(call);
    const bool failed = call.status == Status::error || call.status == Status::cancelled;
    if (failed) ++reasons[reason_of(call.error)];
  }
  for (const auto& [key, members] : groups) {
    statistics.groups.push_back(summarize_calls(key, members));
  }
  for (const auto& [text, count] : reasons) statistics.reasons.push_back({text, count});
  std::stable_sort(statistics.reasons.begin(), statistics.reasons.end(),
                   [](const auto& a, const auto& b) { return a.calls > b.calls; });
  return statistics;
}

std::optional<std::string> difference(const Statistics& got, const std::vector<Call>& calls,
                                      GroupBy by) {
  const Statistics wanted = plain_statistics(calls, by);
  if (got.all != wanted.all) {
    return fmt::format("{}\ninstead of {}", text_of(got.all), text_of(wanted.all));
  }
  if (got.groups.size() != wanted.groups.size()) {
    return fmt::format("{} groups instead of {}", got.groups.size(), wanted.groups.size());
  }
  for (std::size_t i = 0; i < wanted.groups.size(); ++i) {
    if (got.groups[i] != wanted.groups[i]) {
      return fmt::format("group {} has {}\ninstead of {}", wanted.groups[i].key,
                         text_of(got.groups[i]), text_of(wanted.groups[i]));
    }
  }
  if (got.reasons != wanted.reasons || got.other_reasons != 0) return "the reasons differ";
  return timeline_difference(got, calls);
}
