#include "fnstore/limits.h"

#include "codec/block_layout.h"
#include "codec/call_entry.h"
#include "codec/frame.h"
#include "codec/integer_column.h"
#include "codec/stats_blob.h"
#include "codec/stats_columns.h"
#include "codec/stats_samples.h"

#include <algorithm>
#include <unordered_map>
#include <unordered_set>

namespace fnstore::codec {
namespace {

constexpr const char* what = "the stats of a block";
constexpr std::size_t head_limit = std::size_t{4} << 20;

std::vector<std::string> read_names(ByteReader& in) {
  std::vector<std::string> names(in.count(std::min(stats_names_limit, in.remaining())));
  for (std::string& name : names) name = in.text(limits::metric_name_bytes);
  const std::unordered_set<std::string_view> distinct(names.begin(), names.end());
  if (distinct.size() != names.size()) in.fail("name a metric twice");
  return names;
}

std::vector<std::vector<std::uint32_t>> read_sets(ByteReader& in, std::size_t names) {
  std::vector<std::vector<std::uint32_t>> sets(
      in.count(std::min(stats_names_limit, in.remaining())));
  for (auto& set : sets) {
    set.resize(in.count(std::min(limits::metrics_per_sample, in.remaining())));
    for (std::uint32_t& metric : set) {
      if (names == 0) in.fail("name a metric that is not there");
      metric = static_cast<std::uint32_t>(in.count(names - 1));
    }
    for (auto each = set.begin(); each != set.end(); ++each) {
      if (std::find(set.begin(), each, *each) != each) in.fail("name a metric twice");
    }
  }
  return sets;
}

std::vector<std::uint32_t> sum_up(std::span<const std::uint64_t> counts, std::uint64_t most_each) {
  std::vector<std::uint32_t> sums{0};
  sums.reserve(counts.size() + 1);
  for (const std::uint64_t count : counts) {
    if (count > most_each || sums.back() + count > stats_columns_limit) {
      ByteReader({}, what).fail("hold more samples than there can be");
    }
    sums.push_back(sums.back() + static_cast<std::uint32_t>(count));
  }
  return sums;
}

/// A metric whose values are only differences to a sum that may not be known yet.
struct PendingSum {
  std::uint32_t metric = 0;
  std::uint32_t part = 0;
  std::uint32_t other_part = 0;
};

class ValueReader {
 public:
  ValueReader(ByteReader& in, std::span<const std::uint32_t> first_sample,
              std::span<const std::vector<std::uint32_t>> places, std::span<std::uint64_t> values)
      : in_(in), places_(places), values_(values), call_of_sample_(first_sample.back()) {
    for (std::uint32_t call = 0; call + 1 < first_sample.size(); ++call) {
      for (std::uint32_t at = first_sample[call]; at < first_sample[call + 1]; ++at) {
        call_of_sample_[at] = call;
      }
    }
    last_.resize(first_sample.size());
  }

  /// `samples`: the sample of each value.
  void read_all(std::span<const std::uint32_t> samples) {
    std::vector<PendingSum> sums;
    for (std::uint32_t metric = 0; metric < places_.size(); ++metric) {
      switch (in_.byte()) {
        case value_plain:
          read(metric, [](std::uint32_t, std::uint64_t value) { return value; });
          break;
        case value_step:
          std::fill(last_.begin(), last_.end(), 0);
          read(metric, [&](std::uint32_t place, std::uint64_t value) {
            std::uint64_t& last = last_[call_of_sample_[samples[place]]];
            return last = add_difference(last, value);
          });
          break;
        case value_sum:
          sums.push_back({metric, read_metric(), read_metric()});
          read_values(metric, 1, [](std::uint32_t, std::uint64_t value) { return value; });
          break;
        default:
          in_.fail("predict values in an unknown way");
      }
    }
    for (const PendingSum& sum : sums) resolve(sum, sums, samples);
  }

 private:
  std::uint32_t read_metric() { return static_cast<std::uint32_t>(in_.count(places_.size() - 1)); }

  template <typename Value>
  void read(std::uint32_t metric, const Value& value) {
    const std::uint64_t unit = in_.varint();
    read_values(metric, unit, value);
  }

  template <typename Value>
  void read_values(std::uint32_t metric, std::uint64_t unit, const Value& value) {
    const std::span<const std::uint32_t> places = places_[metric];
    const IntegerColumn column = IntegerColumn::decode(in_, places.size());
    for (std::size_t i = 0; i < places.size(); ++i) {
      values_[places[i]] = unit * value(places[i], column[i]);
    }
  }

  void resolve(const PendingSum& sum, std::span<const PendingSum> all,
               std::span<const std::uint32_t> samples) {
    for (const PendingSum& other : all) {
      if (other.metric == sum.part || other.metric == sum.other_part) {
        in_.fail("predict a metric by itself");
      }
    }
    std::unordered_map<std::uint32_t, std::uint64_t> sums;  // by sample
    for (const std::uint32_t part : {sum.part, sum.other_part}) {
      for (const std::uint32_t place : places_[part]) sums[samples[place]] += values_[place];
    }
    for (const std::uint32_t place : places_[sum.metric]) {
      const auto at = sums.find(samples[place]);
      values_[place] = add_difference(at == sums.end() ? 0 : at->second, values_[place]);
    }
  }

  ByteReader& in_;
  std::span<const std::vector<std::uint32_t>> places_;
  std::span<std::uint64_t> values_;
  std::vector<std::uint32_t> call_of_sample_;
  std::vector<std::uint64_t> last_;  // by call
};

}  // namespace

CallSpan call_span(std::int64_t created, std::int64_t started, std::int64_t completed) noexcept {
  const std::int64_t begin = started == no_time ? created : started;
  return {begin, completed == no_time ? begin : completed};
}

bool is_stats_columns(std::string_view part) noexcept {
  return !part.empty() && static_cast<std::uint8_t>(part.front()) == stats_in_columns;
}

StatsColumns::StatsColumns(std::string_view part, std::span<const std::uint64_t> samples,
                           std::span<const CallSpan> spans)
    : first_sample_(sum_up(samples, limits::samples_per_call)) {
  ByteReader in(part, what);
  if (in.byte() != stats_in_columns) in.fail("have an unknown version");
  const std::string head = open_frame(in.text(in.remaining()), head_limit, what);
  ByteReader in_head(head, what);
  names_ = read_names(in_head);
  sets_ = read_sets(in_head, names_.size());
  if (in_head.remaining() != 0) in_head.fail("have bytes left over");
  const std::vector<std::uint32_t> order = column_order(first_sample_);
  read_times(in, order, spans);
  read_values(in, order);
  if (in.remaining() != layout::padding) in.fail("have bytes left over");
}

void StatsColumns::read_times(ByteReader& in, std::span<const std::uint32_t> order,
                              std::span<const CallSpan> spans) {
  const std::uint8_t kind = in.byte();
  if (kind > time_even) in.fail("predict times in an unknown way");
  const IntegerColumn differences = IntegerColumn::decode(in, order.size());
  times_.resize(order.size());
  for (std::size_t i = 0; i < order.size(); ++i) {
    times_[order[i]] = static_cast<std::int64_t>(differences[i]);
  }
  for (std::size_t call = 0; call < spans.size(); ++call) {
    const auto [begin, end] = spans[call];
    auto last = static_cast<std::uint64_t>(begin);
    const std::size_t count = first_sample_[call + 1] - first_sample_[call];
    for (std::size_t k = 0; k < count; ++k) {
      std::int64_t& time = times_[first_sample_[call] + k];
      if (kind == time_even) last = even_time(begin, end, k + 1, count);
      last = add_difference(last, static_cast<std::uint64_t>(time));
      time = static_cast<std::int64_t>(last);
    }
  }
}

void StatsColumns::read_values(ByteReader& in, std::span<const std::uint32_t> order) {
  const IntegerColumn sets = IntegerColumn::decode(in, order.size());
  set_of_sample_.resize(order.size());
  for (std::size_t i = 0; i < order.size(); ++i) {
    if (sets[i] >= sets_.size()) in.fail("name a set of metrics that is not there");
    set_of_sample_[order[i]] = static_cast<std::uint32_t>(sets[i]);
  }
  std::vector<std::uint64_t> sizes(order.size());
  for (std::size_t i = 0; i < sizes.size(); ++i) sizes[i] = sets_[set_of_sample_[i]].size();
  first_value_ = sum_up(sizes, limits::metrics_per_sample);
  values_.resize(first_value_.back());
  std::vector<std::uint32_t> sample_of_value(values_.size());
  for (std::uint32_t i = 0; i < sizes.size(); ++i) {
    std::fill_n(sample_of_value.begin() + first_value_[i], sizes[i], i);
  }
  const auto places = places_by_metric(order, set_of_sample_, first_value_, sets_, names_.size());
  ValueReader(in, first_sample_, places, values_).read_all(sample_of_value);
}

std::string StatsColumns::stats(std::size_t call) const {
  std::string out;
  const std::uint32_t begin = first_sample_[call];
  const std::uint32_t end = first_sample_[call + 1];
  if (begin == end) return out;
  constexpr std::size_t unused = SIZE_MAX;
  std::vector<std::size_t> numbers(names_.size(), unused);
  std::vector<std::uint32_t> used;  // in order of first use
  std::vector<std::uint64_t> last;
  std::uint64_t last_time = 0;
  std::string samples;
  put_varint(samples, end - begin);
  for (std::uint32_t sample = begin; sample < end; ++sample) {
    const auto time = static_cast<std::uint64_t>(times_[sample]);
    put_varint(samples, zigzag_difference(time, last_time));
    last_time = time;
    const auto& set = sets_[set_of_sample_[sample]];
    put_varint(samples, set.size());
    const std::uint64_t* value = values_.data() + first_value_[sample];
    for (const std::uint32_t metric : set) {
      std::size_t& number = numbers[metric];
      if (number == unused) {
        number = used.size();
        used.push_back(metric);
        last.push_back(0);
      }
      put_varint(samples, number);
      put_varint(samples, zigzag_difference(*value, last[number]));
      last[number] = *value++;
    }
  }
  put_byte(out, stats_blob_version);
  put_varint(out, used.size());
  for (const std::uint32_t metric : used) put_text(out, names_[metric]);
  return out += samples;
}

std::size_t StatsColumns::memory() const noexcept {
  std::size_t bytes = sizeof(StatsColumns) + 8 * (times_.size() + values_.size()) +
                      4 * (first_sample_.size() + set_of_sample_.size() + first_value_.size());
  for (const std::string& name : names_) bytes += sizeof(std::string) + name.capacity();
  for (const auto& set : sets_) bytes += sizeof(set) + 4 * set.size();
  return bytes;
}

}  // namespace fnstore::codec
