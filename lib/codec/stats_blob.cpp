#include "codec/stats_blob.h"

#include "fnstore/limits.h"

#include "codec/bytes.h"

#include <map>
#include <vector>

namespace fnstore::codec {
namespace {

constexpr std::size_t names_limit = limits::samples_per_call * limits::metrics_per_sample;

Timestamp checked_time(ByteReader& in, std::int64_t milliseconds) {
  const Timestamp time{std::chrono::milliseconds{milliseconds}};
  if (time < earliest_timestamp || time > latest_timestamp) in.fail("holds an impossible time");
  return time;
}

}  // namespace

std::string encode_stats(const Stats& stats) {
  std::string out;
  if (stats.empty()) return out;
  std::map<std::string_view, std::size_t> numbers;
  std::vector<std::string_view> names;
  for (const Sample& sample : stats) {
    for (const auto& [name, value] : sample.metrics) {
      if (numbers.emplace(name, names.size()).second) names.push_back(name);
    }
  }
  put_byte(out, stats_blob_version);
  put_varint(out, names.size());
  for (const std::string_view name : names) put_text(out, name);
  put_varint(out, stats.size());
  std::int64_t last_time = 0;
  std::vector<std::uint64_t> last(names.size(), 0);
  for (const Sample& sample : stats) {
    const std::int64_t time = sample.timestamp.time_since_epoch().count();
    put_varint(out, zigzag(time - last_time));
    last_time = time;
    put_varint(out, sample.metrics.size());
    for (const auto& [name, value] : sample.metrics) {
      const std::size_t number = numbers.find(name)->second;
      put_varint(out, number);
      put_varint(out, zigzag(static_cast<std::int64_t>(value - last[number])));
      last[number] = value;
    }
  }
  return out;
}

Stats decode_stats(std::string_view bytes) {
  Stats stats;
  if (bytes.empty()) return stats;
  ByteReader in(bytes, "a call's stats");
  if (in.byte() != stats_blob_version) in.fail("have an unknown version");
  std::vector<std::string> names(in.count(std::min(names_limit, in.remaining())));
  for (std::string& name : names) name = in.text(limits::metric_name_bytes);
  std::vector<std::uint64_t> last(names.size(), 0);
  stats.resize(in.count(limits::samples_per_call));
  std::uint64_t time = 0;
  for (Sample& sample : stats) {
    time += static_cast<std::uint64_t>(unzigzag(in.varint()));
    sample.timestamp = checked_time(in, static_cast<std::int64_t>(time));
    const std::size_t metrics = in.count(limits::metrics_per_sample);
    for (std::size_t i = 0; i < metrics; ++i) {
      const std::uint64_t number = in.varint();
      if (number >= names.size()) in.fail("name a metric that is not there");
      last[number] += static_cast<std::uint64_t>(unzigzag(in.varint()));
      sample.metrics.insert_or_assign(names[number], last[number]);
    }
  }
  if (in.remaining() != 0) in.fail("have bytes left over");
  return stats;
}

}  // namespace fnstore::codec
