#include "statistics_output.h"

#include <boost/json.hpp>
#include <cmath>
#include <fmt/format.h>

namespace fnstore::query {
namespace {

std::string text(std::string_view value) {
  return boost::json::serialize(boost::json::string_view(value.data(), value.size()));
}

std::string duration_json(const DurationSummary& duration) {
  return fmt::format(R"({{"calls":{},"total":{},"mean":{},"p50":{},"p90":{},"p99":{},"max":{}}})",
                     duration.calls, duration.total, std::round(duration.mean * 1'000) / 1'000,
                     duration.p50, duration.p90, duration.p99, duration.max);
}

/// A JSON array; `element` makes the text of one.
template <typename Elements, typename Element>
std::string array(const Elements& elements, Element element) {
  std::string json = "[";
  for (const auto& each : elements) {
    if (json.size() > 1) json += ',';
    json += element(each);
  }
  return json += ']';
}

std::string histogram_json(const DurationSummary& duration) {
  return array(duration.histogram, [](const DurationBucket& bucket) {
    return fmt::format(R"({{"up_to":{},"calls":{}}})", bucket.up_to, bucket.calls);
  });
}

std::string timeline_json(const Statistics& statistics) {
  return fmt::format(R"({{"step_seconds":{},"points":{}}})",
                     statistics.timeline_step.count() / 1'000,
                     array(statistics.timeline, [](const TimelinePoint& point) {
                       return fmt::format(R"({{"from":"{}","calls":{},"errors":{}}})",
                                          format_rfc3339(point.from), point.calls, point.errors);
                     }));
}

}  // namespace

std::string_view key_name(GroupBy by) {
  switch (by) {
    case GroupBy::function:
      return "fn_id";
    case GroupBy::app:
      return "app_id";
    case GroupBy::type:
      return "type";
    case GroupBy::hour:
      return "hour";
    case GroupBy::day:
      return "day";
    case GroupBy::nothing:
      break;
  }
  return "";
}

std::string summary_members(const CallSummary& summary) {
  std::string json = fmt::format(R"("calls":{},"calls_by_status":{{)", summary.calls());
  for (std::size_t i = 0; i < summary.by_status.size(); ++i) {
    json += fmt::format(R"({}"{}":{})", i == 0 ? "" : ",", to_string(static_cast<Status>(i)),
                        summary.by_status[i]);
  }
  return json + fmt::format(R"(}},"error_rate":{},"run_ms":{},"wait_ms":{})",
                            std::round(summary.error_rate() * 1e6) / 1e6,
                            duration_json(summary.run), duration_json(summary.wait));
}

std::string group_json(const CallSummary& group, GroupBy by) {
  return fmt::format(R"({{"{}":{},{}}})", key_name(by), text(group.key), summary_members(group));
}

std::string statistics_json(const Statistics& statistics, GroupBy by) {
  std::string json = "{" + summary_members(statistics.all);
  json += R"(,"errors":)" + array(statistics.reasons, [](const ErrorReason& reason) {
            return fmt::format(R"({{"reason":{},"calls":{}}})", text(reason.text), reason.calls);
          });
  if (statistics.other_reasons > 0) {
    json += fmt::format(R"(,"other_errors":{})", statistics.other_reasons);
  }
  json += R"(,"run_histogram_ms":)" + histogram_json(statistics.all.run);
  json += R"(,"wait_histogram_ms":)" + histogram_json(statistics.all.wait);
  json += R"(,"timeline":)" + timeline_json(statistics);
  if (by != GroupBy::nothing) {
    json += R"(,"groups":)" + array(statistics.groups, [&](const CallSummary& group) {
              return group_json(group, by);
            });
  }
  return json + "}\n";
}

}  // namespace fnstore::query
