#include "fnstore/limits.h"

#include "codec/block_layout.h"
#include "codec/frame.h"
#include "codec/integer_column.h"
#include "codec/stats_blob.h"
#include "codec/stats_columns.h"
#include "codec/stats_samples.h"

#include <algorithm>
#include <map>
#include <numeric>
#include <unordered_map>

namespace fnstore::codec {
namespace {

constexpr std::uint32_t absent = UINT32_MAX;

/// The stats of calls taken apart. Stats that encode_stats() could not have written are refused by
/// an Error or false: they would come back as other bytes.
class Samples {
 public:
  Samples() : first_sample{0} {}

  bool add(std::string_view stats) {
    if (!stats.empty() && !add_samples(stats)) return false;
    first_sample.push_back(static_cast<std::uint32_t>(times.size()));
    return times.size() <= stats_columns_limit && values.size() <= stats_columns_limit &&
           names.size() <= stats_names_limit && sets.size() <= stats_names_limit;
  }

  std::vector<std::string_view> names;
  std::vector<std::vector<std::uint32_t>> sets;  // of numbers of names
  std::vector<std::uint32_t> first_sample;       // of each call, and the end
  std::vector<std::uint64_t> times;              // of each sample, call by call, as the next two
  std::vector<std::uint32_t> set_of_sample;
  std::vector<std::uint32_t> first_value;
  std::vector<std::uint64_t> values;
  std::vector<std::uint64_t> last_values;  // of the same metric in the same call, or 0
  std::vector<std::uint32_t> owner;        // the sample of each value

 private:
  static std::uint64_t shortest_varint(ByteReader& in) {
    const std::size_t before = in.remaining();
    const std::uint64_t value = in.varint();
    if (before - in.remaining() != std::max(1U, (bit_width(value) + 6) / 7)) in.fail("is too long");
    return value;
  }

  bool add_samples(std::string_view stats) {
    ByteReader in(stats, "a call's stats");
    if (in.byte() != stats_blob_version) return false;
    const std::uint64_t count = shortest_varint(in);
    if (count > in.remaining()) return false;
    std::vector<std::uint32_t> metrics;
    for (std::uint64_t i = 0; i < count; ++i) {
      const std::uint64_t size = shortest_varint(in);
      if (size > limits::metric_name_bytes) return false;
      metrics.push_back(number_of(in.bytes(static_cast<std::size_t>(size))));
      std::size_t& call = call_of_name_[metrics.back()];
      if (call == first_sample.size()) return false;  // named twice
      call = first_sample.size();
    }
    const std::uint64_t samples = shortest_varint(in);
    if (samples == 0 || samples > limits::samples_per_call) return false;
    last_.assign(metrics.size(), 0);
    std::size_t seen = 0;
    std::uint64_t time = 0;
    for (std::uint64_t i = 0; i < samples; ++i) {
      time = add_difference(time, shortest_varint(in));
      times.push_back(time);
      if (!add_values(in, metrics, seen)) return false;
    }
    return in.remaining() == 0 && seen == metrics.size();
  }

  /// `seen`: how many of the call's metrics came before; the next new one has just that number.
  bool add_values(ByteReader& in, std::span<const std::uint32_t> metrics, std::size_t& seen) {
    const std::uint64_t count = shortest_varint(in);
    if (count > limits::metrics_per_sample) return false;
    first_value.push_back(static_cast<std::uint32_t>(values.size()));
    set_.clear();
    for (std::uint64_t i = 0; i < count; ++i) {
      const std::uint64_t number = shortest_varint(in);
      if (number > seen || number >= metrics.size()) return false;
      if (number == seen) ++seen;
      const std::uint32_t metric = metrics[number];
      if (std::find(set_.begin(), set_.end(), metric) != set_.end()) return false;
      set_.push_back(metric);
      last_values.push_back(last_[number]);
      last_[number] = add_difference(last_[number], shortest_varint(in));
      values.push_back(last_[number]);
      owner.push_back(static_cast<std::uint32_t>(times.size() - 1));
    }
    set_of_sample.push_back(number_of_set());
    return true;
  }

  std::uint32_t number_of(std::string_view name) {
    const auto [at, added] = numbers_.emplace(name, static_cast<std::uint32_t>(names.size()));
    if (added) {
      names.push_back(name);
      call_of_name_.push_back(0);
    }
    return at->second;
  }

  std::uint32_t number_of_set() {
    if (!sets.empty() && sets[last_set_] == set_) return last_set_;
    const auto [at, added] = set_numbers_.emplace(set_, static_cast<std::uint32_t>(sets.size()));
    if (added) sets.push_back(set_);
    return last_set_ = at->second;
  }

  std::unordered_map<std::string_view, std::uint32_t> numbers_;
  std::vector<std::size_t> call_of_name_;  // the last that named it, from 1
  std::map<std::vector<std::uint32_t>, std::uint32_t> set_numbers_;
  std::vector<std::uint64_t> last_;
  std::vector<std::uint32_t> set_;
  std::uint32_t last_set_ = 0;
};

/// Keeps the shortest of several ways to write the same.
class Shortest {
 public:
  void offer(std::string bytes) {
    if (best_.empty() || bytes.size() < best_.size()) best_ = std::move(bytes);
  }
  const std::string& best() const { return best_; }

 private:
  std::string best_;
};

void put_head(const Samples& samples, std::string& out) {
  std::string head;
  put_varint(head, samples.names.size());
  for (const std::string_view name : samples.names) put_text(head, name);
  put_varint(head, samples.sets.size());
  for (const auto& set : samples.sets) {
    put_varint(head, set.size());
    for (const std::uint32_t metric : set) put_varint(head, metric);
  }
  put_text(out, make_frame(head));
}

void put_times(const Samples& samples, std::span<const CallSpan> spans,
               std::span<const std::uint32_t> order, std::string& out) {
  std::vector<std::uint64_t> steps(samples.times.size());
  std::vector<std::uint64_t> evens(samples.times.size());
  for (std::size_t call = 0; call < spans.size(); ++call) {
    const std::size_t first = samples.first_sample[call];
    const std::size_t count = samples.first_sample[call + 1] - first;
    auto last = static_cast<std::uint64_t>(spans[call].begin);
    for (std::size_t k = 0; k < count; ++k) {
      const std::uint64_t time = samples.times[first + k];
      steps[first + k] = zigzag_difference(time, last);
      evens[first + k] =
          zigzag_difference(time, even_time(spans[call].begin, spans[call].end, k + 1, count));
      last = time;
    }
  }
  Shortest shortest;
  for (const auto& [kind, differences] : {std::pair(time_step, &steps), {time_even, &evens}}) {
    std::vector<std::uint64_t> ordered;
    ordered.reserve(order.size());
    for (const std::uint32_t sample : order) ordered.push_back((*differences)[sample]);
    std::string bytes(1, static_cast<char>(kind));
    encode_column(ordered, bytes);
    shortest.offer(std::move(bytes));
  }
  out += shortest.best();
}

std::uint64_t common_unit(const Samples& samples, std::span<const std::uint32_t> places) {
  std::uint64_t unit = 0;
  for (const std::uint32_t place : places) {
    unit = std::gcd(unit, samples.values[place]);
    if (unit == 1) break;
  }
  return std::max<std::uint64_t>(unit, 1);
}

class MetricWriter {
 public:
  MetricWriter(const Samples& samples, std::span<const std::vector<std::uint32_t>> places)
      : samples_(samples), places_(places) {
    const auto number = [&](std::string_view name) {
      const auto at = std::find(samples.names.begin(), samples.names.end(), name);
      return at == samples.names.end() ? absent
                                       : static_cast<std::uint32_t>(at - samples.names.begin());
    };
    total_ = number("cpu_total");
    part_ = number("cpu_user");
    other_part_ = number("cpu_kernel");
  }

  void put(std::uint32_t metric, std::string& out) const {
    const std::span<const std::uint32_t> places = places_[metric];
    const std::uint64_t unit = common_unit(samples_, places);
    Shortest shortest;
    shortest.offer(with_unit(value_plain, unit, places,
                             [&](std::uint32_t place) { return samples_.values[place] / unit; }));
    shortest.offer(with_unit(value_step, unit, places, [&](std::uint32_t place) {
      return zigzag_difference(samples_.values[place] / unit, samples_.last_values[place] / unit);
    }));
    if (metric == total_ && part_ != absent && other_part_ != absent) {
      shortest.offer(as_sum(places));
    }
    out += shortest.best();
  }

 private:
  template <typename Value>
  static std::string with_unit(ValuePrediction kind, std::uint64_t unit,
                               std::span<const std::uint32_t> places, const Value& value) {
    std::string bytes(1, static_cast<char>(kind));
    put_varint(bytes, unit);
    put_values(places, value, bytes);
    return bytes;
  }

  std::string as_sum(std::span<const std::uint32_t> places) const {
    std::string bytes(1, static_cast<char>(value_sum));
    put_varint(bytes, part_);
    put_varint(bytes, other_part_);
    put_values(
        places,
        [&](std::uint32_t place) {
          const std::uint32_t sample = samples_.owner[place];
          return zigzag_difference(samples_.values[place],
                                   in_sample(sample, part_) + in_sample(sample, other_part_));
        },
        bytes);
    return bytes;
  }

  template <typename Value>
  static void put_values(std::span<const std::uint32_t> places, const Value& value,
                         std::string& bytes) {
    std::vector<std::uint64_t> column;
    column.reserve(places.size());
    for (const std::uint32_t place : places) column.push_back(value(place));
    encode_column(column, bytes);
  }

  std::uint64_t in_sample(std::uint32_t sample, std::uint32_t metric) const {
    const auto& set = samples_.sets[samples_.set_of_sample[sample]];
    const auto at = std::find(set.begin(), set.end(), metric);
    if (at == set.end()) return 0;
    return samples_
        .values[samples_.first_value[sample] + static_cast<std::size_t>(at - set.begin())];
  }

  const Samples& samples_;
  std::span<const std::vector<std::uint32_t>> places_;
  std::uint32_t total_ = absent;
  std::uint32_t part_ = absent;
  std::uint32_t other_part_ = absent;
};

bool take_apart(std::span<const std::string_view> stats, Samples& samples) {
  try {
    return std::all_of(stats.begin(), stats.end(),
                       [&](std::string_view each) { return samples.add(each); });
  } catch (const Error&) {
    return false;
  }
}

}  // namespace

std::optional<std::string> encode_stats_columns(std::span<const std::string_view> stats,
                                                std::span<const CallSpan> spans,
                                                std::span<std::uint64_t> counts) {
  Samples samples;
  if (!take_apart(stats, samples)) return std::nullopt;
  for (std::size_t call = 0; call < stats.size(); ++call) {
    counts[call] = samples.first_sample[call + 1] - samples.first_sample[call];
  }
  std::string out(1, static_cast<char>(stats_in_columns));
  put_head(samples, out);
  const std::vector<std::uint32_t> order = column_order(samples.first_sample);
  put_times(samples, spans, order, out);
  std::vector<std::uint64_t> sets;
  for (const std::uint32_t sample : order) sets.push_back(samples.set_of_sample[sample]);
  encode_column(sets, out);
  const auto places = places_by_metric(order, samples.set_of_sample, samples.first_value,
                                       samples.sets, samples.names.size());
  const MetricWriter writer(samples, places);
  for (std::uint32_t metric = 0; metric < samples.names.size(); ++metric) writer.put(metric, out);
  out.append(layout::padding, '\0');
  return out;
}

}  // namespace fnstore::codec
