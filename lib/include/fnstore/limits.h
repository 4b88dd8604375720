#pragma once

#include <cstddef>

/// Every limit of the store, in one place. Input beyond a limit is an `invalid` error.
namespace fnstore::limits {

inline constexpr std::size_t id_bytes = 256;         ///< id, fn_id
inline constexpr std::size_t name_bytes = 256;       ///< app_id, app_name, trigger_id
inline constexpr std::size_t error_bytes = 65'536;   ///< error
inline constexpr std::size_t text_bytes = 65'536;    ///< image, url, method, syslog_url
inline constexpr std::size_t map_bytes = 1'048'576;  ///< config, annotations, headers: each whole
inline constexpr std::size_t map_entries = 65'536;   ///< the same: keys; headers: keys and values
inline constexpr std::size_t payload_bytes = std::size_t{64} << 20;
inline constexpr std::size_t log_bytes = std::size_t{64} << 20;

inline constexpr std::size_t samples_per_call = 240;  ///< more are merged, never refused
inline constexpr std::size_t metrics_per_sample = 64;
inline constexpr std::size_t metric_name_bytes = 128;

inline constexpr std::size_t calls_per_page = 10'000;  ///< CallFilter::per_page
inline constexpr std::size_t default_page = 30;

inline constexpr std::size_t error_reasons = 65'536;    ///< told apart in Statistics
inline constexpr std::size_t retention_rules = 10'000;  ///< RetentionPolicy::rules
inline constexpr std::size_t timeline_points = 10'000;  ///< StatisticsRequest::timeline_points

/// One JSON line, not counting the text of payload and log, which have their own limits. An escape
/// counts as the character it stands for, so whatever a call may hold can be read again.
inline constexpr std::size_t json_line_bytes = std::size_t{16} << 20;

/// A longer line is refused unread: json_line_bytes beside payload and log at their limits, with
/// every byte written as an escape of six.
inline constexpr std::size_t json_whole_line_bytes =
    json_line_bytes + 6 * payload_bytes + 6 * log_bytes;

/// Objects and arrays inside each other in one JSON line, the call's own object included.
inline constexpr std::size_t json_depth = 64;

inline constexpr int max_seconds = 1'000'000'000;  ///< delay, timeout, idle_timeout
inline constexpr int max_milli_cpus = 1'024'000;   ///< cpus

}  // namespace fnstore::limits
