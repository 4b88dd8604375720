#include "model/distribution.h"

#include <algorithm>
#include <boost/multiprecision/cpp_int.hpp>
#include <cstdint>
#include <iterator>

namespace fnstore {
namespace {

using Entry = std::pair<std::int64_t, std::uint64_t>;

/// Durations of centuries may be added up.
using Sum = boost::multiprecision::int128_t;

/// Sorts, and makes one entry of those with the same value.
void combine(std::vector<Entry>& entries) {
  std::sort(entries.begin(), entries.end());
  std::size_t last = 0;
  for (std::size_t i = 1; i < entries.size(); ++i) {
    if (entries[i].first == entries[last].first) {
      entries[last].second += entries[i].second;
    } else {
      entries[++last] = entries[i];
    }
  }
  if (!entries.empty()) entries.resize(last + 1);
}

/// 0, 1, 2, 5, 10, 20, 50, ...: the least of them that is not below `value`.
std::int64_t bucket_of(std::int64_t value) {
  if (value <= 0) return 0;
  constexpr std::int64_t last_decade = 1'000'000'000'000'000'000;
  for (std::int64_t decade = 1;; decade *= 10) {
    for (const std::int64_t step : {1, 2, 5}) {
      if (step * decade >= value) return step * decade;
    }
    if (decade == last_decade) return INT64_MAX;  // of a damaged file
  }
}

std::int64_t bucket_after(std::int64_t bucket) {
  return bucket_of(bucket + 1);
}

std::vector<DurationBucket> histogram(const std::vector<Entry>& entries) {
  std::vector<DurationBucket> buckets;
  for (const auto& [value, times] : entries) {
    if (buckets.empty()) buckets.push_back({bucket_of(value), 0});
    while (value > buckets.back().up_to) buckets.push_back({bucket_after(buckets.back().up_to), 0});
    buckets.back().calls += times;
  }
  return buckets;
}

}  // namespace

void Distribution::settle() {
  combine(gathered_);
  if (counted_.empty()) {
    counted_.resize(counted_values);
    std::erase_if(gathered_, [&](const Entry& entry) {
      if (entry.first < 0 || entry.first >= static_cast<std::int64_t>(counted_values)) return false;
      counted_[static_cast<std::size_t>(entry.first)] += entry.second;
      return true;
    });
  }
  const auto middle = static_cast<std::ptrdiff_t>(sorted_.size());
  sorted_.insert(sorted_.end(), gathered_.begin(), gathered_.end());
  std::inplace_merge(sorted_.begin(), sorted_.begin() + middle, sorted_.end());
  combine(sorted_);
  gathered_.clear();
  most_gathered_ = std::max(first_gathered, sorted_.size());
}

std::vector<Entry> Distribution::entries() const {
  std::vector<Entry> all = sorted_;
  all.insert(all.end(), gathered_.begin(), gathered_.end());
  for (std::size_t value = 0; value < counted_.size(); ++value) {
    if (counted_[value] > 0) all.emplace_back(static_cast<std::int64_t>(value), counted_[value]);
  }
  combine(all);
  return all;
}

void Distribution::add(const Distribution& other) {
  for (std::size_t value = 0; value < other.counted_.size(); ++value) {
    if (other.counted_[value] > 0) add(static_cast<std::int64_t>(value), other.counted_[value]);
  }
  for (const auto& [value, times] : other.sorted_) add(value, times);
  for (const auto& [value, times] : other.gathered_) add(value, times);
}

DurationSummary Distribution::summary() const {
  const std::vector<Entry> all = entries();
  DurationSummary summary;
  Sum total = 0;
  for (const auto& [value, times] : all) {
    summary.calls += times;
    total += Sum(value) * times;
  }
  if (all.empty()) return summary;
  summary.total = static_cast<std::int64_t>(std::clamp<Sum>(total, INT64_MIN, INT64_MAX));
  summary.mean = static_cast<double>(total) / static_cast<double>(summary.calls);
  summary.max = all.back().first;
  // The rank of percent p of n values is ceil(p * n / 100), counted from 1.
  const auto rank = [&](std::uint64_t percent) {
    return summary.calls / 100 * percent + (summary.calls % 100 * percent + 99) / 100;
  };
  std::uint64_t below = 0;
  for (const auto& [value, times] : all) {
    if (below < rank(50)) summary.p50 = value;
    if (below < rank(90)) summary.p90 = value;
    if (below < rank(99)) summary.p99 = value;
    below += times;
  }
  summary.histogram = histogram(all);
  return summary;
}

}  // namespace fnstore
