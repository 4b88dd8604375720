#include "model/validation.h"

#include "fnstore/error.h"
#include "fnstore/json.h"
#include "fnstore/limits.h"

#include "model/quote.h"
#include "model/utf8.h"

#include <cstddef>
#include <cstdint>
#include <fmt/format.h>
#include <limits>
#include <set>
#include <utility>

namespace fnstore {
namespace {

constexpr std::uint64_t max_memory = std::numeric_limits<std::int64_t>::max();

[[noreturn]] void refuse(const std::string& message) {
  throw Error(Errc::invalid, message);
}

void require_size(std::size_t size, std::size_t limit, std::string_view field) {
  if (size > limit) {
    refuse(fmt::format("{} has {} bytes; the limit is {}", field, size, limit));
  }
}

void require_utf8(std::string_view text, std::string_view field) {
  if (!is_valid_utf8(text)) refuse(fmt::format("{} {} is not valid UTF-8", field, quote(text)));
}

// What ids and names share; an empty text passes.
void require_printable(std::string_view text, std::size_t limit, std::string_view field) {
  require_size(text.size(), limit, field);
  if (is_printable_utf8(text)) return;
  require_utf8(text, field);
  refuse(fmt::format("{} {} has a control character", field, quote(text)));
}

void require_text(std::string_view text, std::size_t limit, std::string_view field) {
  require_size(text.size(), limit, field);
  require_utf8(text, field);
}

void require_range(std::int64_t value, std::int64_t most, std::string_view field) {
  if (value < 0 || value > most) {
    refuse(fmt::format("{} is {}; it must be 0 to {}", field, value, most));
  }
}

void require_entries(std::size_t entries, std::string_view field) {
  if (entries > limits::map_entries) {
    refuse(fmt::format("{} has {} entries; the limit is {}", field, entries, limits::map_entries));
  }
}

void require_map(const std::map<std::string, std::string>& map, std::string_view field) {
  std::size_t size = 0;
  for (const auto& [key, value] : map) {
    if (!is_valid_utf8(key)) {
      refuse(fmt::format("{} has the key {}, which is not valid UTF-8", field, quote(key)));
    }
    if (!is_valid_utf8(value)) {
      refuse(fmt::format("{}[{}] is not valid UTF-8", field, quote(key)));
    }
    size += key.size() + value.size();
  }
  require_size(size, limits::map_bytes, field);
  require_entries(map.size(), field);
}

void require_headers(const std::map<std::string, std::vector<std::string>>& headers) {
  std::size_t size = 0;
  std::size_t entries = headers.size();
  for (const auto& [key, values] : headers) {
    if (!is_valid_utf8(key)) {
      refuse(fmt::format("headers has the key {}, which is not valid UTF-8", quote(key)));
    }
    size += key.size();
    entries += values.size();
    for (const std::string& value : values) {
      if (!is_valid_utf8(value)) {
        refuse(fmt::format("headers[{}] is not valid UTF-8", quote(key)));
      }
      size += value.size();
    }
  }
  require_size(size, limits::map_bytes, "headers");
  require_entries(entries, "headers");
}

void require_request(const Call& call) {
  require_text(call.image, limits::text_bytes, "image");
  require_range(call.delay, limits::max_seconds, "delay");
  require_size(call.payload.size(), limits::payload_bytes, "payload");
  require_text(call.url, limits::text_bytes, "url");
  require_text(call.method, limits::text_bytes, "method");
  require_range(call.priority, 2, "priority");
  require_range(call.timeout, limits::max_seconds, "timeout");
  require_range(call.idle_timeout, limits::max_seconds, "idle_timeout");
  if (call.memory > max_memory) {
    refuse(fmt::format("memory is {}; it must be 0 to {}", call.memory, max_memory));
  }
  require_range(call.cpus.value, limits::max_milli_cpus, "cpus");
  require_map(call.config, "config");
  require_map(call.annotations, "annotations");
  require_headers(call.headers);
  require_text(call.syslog_url, limits::text_bytes, "syslog_url");
}

void require_sample(const Sample& sample, std::size_t index) {
  if (sample.timestamp < earliest_timestamp || sample.timestamp > latest_timestamp) {
    validate_time(sample.timestamp, fmt::format("stats[{}].timestamp", index));
  }
  if (sample.metrics.size() > limits::metrics_per_sample) {
    refuse(fmt::format("stats[{}] has {} metrics; the limit is {}", index, sample.metrics.size(),
                       limits::metrics_per_sample));
  }
  for (const auto& metric : sample.metrics) {
    const std::string& name = metric.first;
    if (name.empty()) refuse(fmt::format("stats[{}] has a metric without a name", index));
    if (name.size() > limits::metric_name_bytes || !is_valid_utf8(name)) {
      require_text(name, limits::metric_name_bytes,
                   fmt::format("a metric name of stats[{}]", index));
    }
  }
}

// Merging may bring the metrics of every sample together in one, which must stay a legal sample.
void require_mergeable(const Stats& stats) {
  std::set<std::string_view> names;
  for (const Sample& sample : stats) {
    for (const auto& metric : sample.metrics) names.insert(metric.first);
  }
  if (names.size() > limits::metrics_per_sample) {
    refuse(fmt::format("stats has {} different metrics in more than {} samples; the limit is {}",
                       names.size(), limits::samples_per_call, limits::metrics_per_sample));
  }
}

void require_known_words(const Call& call) {
  if (static_cast<int>(call.type) >= call_type_count) {
    refuse(fmt::format("type has the unknown number {}", static_cast<int>(call.type)));
  }
  if (static_cast<int>(call.status) >= status_count) {
    refuse(fmt::format("status has the unknown number {}", static_cast<int>(call.status)));
  }
}

}  // namespace

void validate_id(std::string_view text, std::string_view field) {
  if (text.empty()) refuse(fmt::format("{} is empty", field));
  require_printable(text, limits::id_bytes, field);
}

void validate(const CallKey& key) {
  if (key.id.empty()) refuse("Missing call ID");
  if (key.fn_id.empty()) refuse("Missing Fn ID");
  require_printable(key.id, limits::id_bytes, "id");
  require_printable(key.fn_id, limits::id_bytes, "fn_id");
}

void validate_error(std::string_view error, Status status) {
  if (error.empty()) return;
  if (status != Status::error && status != Status::cancelled) {
    refuse(fmt::format("error {} does not go with status {}; only error and cancelled have one",
                       quote(error), to_string(status)));
  }
  require_text(error, limits::error_bytes, "error");
}

void validate_time(Timestamp time, std::string_view field) {
  if (time < earliest_timestamp || time > latest_timestamp) {
    refuse(fmt::format("{} is {} ms since 1970; it must be within the years 1 to 9999", field,
                       time.time_since_epoch().count()));
  }
}

void validate_stats(const Stats& stats) {
  for (std::size_t i = 0; i < stats.size(); ++i) {
    require_sample(stats[i], i);
    if (i > 0 && stats[i].timestamp < stats[i - 1].timestamp) {
      refuse(fmt::format(
          "stats[{}] is older than the sample before it; samples must be in time order", i));
    }
  }
  if (stats.size() > limits::samples_per_call) require_mergeable(stats);
}

void validate_log(std::string_view log) {
  require_size(log.size(), limits::log_bytes, "log");
}

void validate(const Call& call) {
  validate(call.key());
  require_printable(call.app_id, limits::name_bytes, "app_id");
  require_printable(call.app_name, limits::name_bytes, "app_name");
  require_printable(call.trigger_id, limits::name_bytes, "trigger_id");
  require_known_words(call);
  validate_error(call.error, call.status);
  if (call.created_at) validate_time(*call.created_at, "created_at");
  if (call.started_at) validate_time(*call.started_at, "started_at");
  if (call.completed_at) validate_time(*call.completed_at, "completed_at");
  validate_stats(call.stats);
  require_request(call);
}

void validate(const CallRecord& record) {
  validate(record.call);
  if (record.log) validate_log(*record.log);
}

}  // namespace fnstore
