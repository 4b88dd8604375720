#include "fnstore/limits.h"
#include "fnstore/stats.h"

#include "refusal.h"

#include <catch2/catch.hpp>
#include <chrono>
#include <cstdint>
#include <limits>
#include <random>

using namespace fnstore;
using namespace std::chrono_literals;

namespace {

const Timestamp start{std::chrono::milliseconds{1'554'422'700'000}};

Stats every(std::chrono::milliseconds step, int count) {
  Stats stats;
  for (int i = 0; i < count; ++i) {
    stats.push_back({start + i * step, {{"n", static_cast<std::uint64_t>(i)}}});
  }
  return stats;
}

}  // namespace

TEST_CASE("up to 240 samples come back as they are") {
  for (int count : {0, 1, 2, 239, 240}) {
    const Stats stats = every(1s, count);
    CHECK(merge_samples(stats) == stats);
  }
}

TEST_CASE("480 even samples make 240") {
  const Stats merged = merge_samples(every(1s, 480));
  REQUIRE(merged.size() == 240);
  // 479 s in 240 windows of 1.995 833 333 s: the first holds samples 0 and 1, the second those up
  // to 3.991 666 s, the last the rest.
  CHECK(merged[0].timestamp == start);
  CHECK(merged[0].metrics.at("n") == 0);  // 0/2 + 1/2, each a whole number
  CHECK(merged[1].timestamp == start + 2s);
  CHECK(merged[1].metrics.at("n") == 2);  // 2/2 + 3/2
  CHECK(merged[239].timestamp == start + 478s);
  CHECK(merged[239].metrics.at("n") == 478);  // 478/2 + 479/2
}

TEST_CASE("300 samples with one 20-minute gap after number 150 make 49") {
  Stats stats = every(1s, 300);
  for (std::size_t i = 150; i < stats.size(); ++i) stats[i].timestamp += 20min;
  const Stats merged = merge_samples(stats);
  REQUIRE(merged.size() == 49);
  CHECK(merged.front().timestamp == start);
  CHECK(merged.back().timestamp > start + 20min);
}

TEST_CASE("a sample on a boundary stays in the earlier window") {
  // 240 windows of exactly one second: sample 0 and 1 in the first, then one each.
  const Stats merged = merge_samples(every(1s, 241));
  REQUIRE(merged.size() == 240);
  CHECK(merged[0].timestamp == start);
  CHECK(merged[0].metrics.at("n") == 0);
  CHECK(merged[1].timestamp == start + 2s);
  CHECK(merged[1].metrics.at("n") == 2);
}

TEST_CASE("samples of one moment become one") {
  const Stats merged = merge_samples(Stats(1000, {start, {{"n", 1000}, {"m", 999}}}));
  REQUIRE(merged.size() == 1);
  CHECK(merged[0].timestamp == start);
  CHECK(merged[0].metrics.at("n") == 1000);
  CHECK(merged[0].metrics.at("m") == 0);
}

TEST_CASE("a metric that some samples lack is divided by all of them") {
  Stats stats(241, {start, {{"cpu_total", 241}}});
  stats[7].metrics = {{"net_rx", 482}};
  const Stats merged = merge_samples(stats);
  REQUIRE(merged.size() == 1);
  CHECK(merged[0].metrics ==
        std::map<std::string, std::uint64_t>{{"cpu_total", 240}, {"net_rx", 2}});
}

TEST_CASE("the greatest values do not overflow") {
  constexpr std::uint64_t greatest = std::numeric_limits<std::uint64_t>::max();
  const Stats merged = merge_samples(Stats(300, {start, {{"n", greatest}}}));
  CHECK(merged.at(0).metrics.at("n") == greatest / 300 * 300);
}

TEST_CASE("samples as far apart as time allows are merged without walking the years between") {
  Stats stats(200, {earliest_timestamp, {{"n", 1}}});
  stats.resize(400, {latest_timestamp, {{"n", 1}}});
  const Stats merged = merge_samples(stats);
  REQUIRE(merged.size() == 2);
  CHECK(merged[0].timestamp == earliest_timestamp);
  CHECK(merged[1].timestamp == latest_timestamp);
}

TEST_CASE("a millisecond of samples is merged too") {
  Stats stats(120, {start, {{"n", 120}}});
  stats.resize(300, {start + 1ms, {{"n", 180}}});
  const Stats merged = merge_samples(stats);
  REQUIRE(merged.size() == 2);
  CHECK(merged[0].metrics.at("n") == 120);
  CHECK(merged[1].timestamp == start + 1ms);
  CHECK(merged[1].metrics.at("n") == 180);
}

TEST_CASE("samples out of order are refused") {
  Stats stats = every(1s, 3);
  std::swap(stats[1], stats[2]);
  CHECK(refusal([&] { merge_samples(stats); }) ==
        "invalid: stats[2] is older than the sample before it; sort samples by timestamp");
}

namespace {

// The model's own Decimate, word for word, on nanoseconds that fit.
Stats decimate_as_the_model(Stats stats) {
  using ns = std::chrono::nanoseconds;
  if (stats.size() <= limits::samples_per_call) return stats;
  const ns window = ns(stats.back().timestamp - stats.front().timestamp) / 240;
  std::size_t next_entry = 0;
  std::chrono::sys_time<ns> current = stats.front().timestamp;
  Stats merged;
  for (std::size_t x = 0; x < stats.size();) {
    const bool is_last = next_entry == limits::samples_per_call - 1;
    std::size_t length = 0;
    for (; x + length < stats.size(); ++length) {
      if (!is_last && stats[x + length].timestamp > current + window) break;
    }
    if (length > 0) {
      Sample sample{stats[x].timestamp, {}};
      for (std::size_t i = x; i < x + length; ++i) {
        for (const auto& [name, value] : stats[i].metrics) sample.metrics[name] += value / length;
      }
      merged.push_back(sample);
      ++next_entry;
    }
    x += length;
    current += window;
  }
  return merged;
}

}  // namespace

TEST_CASE("random samples merge as the model merges them") {
  const auto seed = std::random_device{}();
  INFO("seed " << seed);
  std::mt19937_64 random(seed);
  for (int round = 0; round < 300; ++round) {
    Stats stats;
    Timestamp at = start;
    const std::size_t count = 241 + random() % 700;
    const std::uint64_t step = std::uint64_t{1} << random() % 22;
    for (std::size_t i = 0; i < count; ++i) {
      at += std::chrono::milliseconds(random() % (random() % 50 == 0 ? step * 100 + 1 : step + 1));
      stats.push_back({at, {{"cpu_total", random()}, {random() % 2 ? "a" : "b", random() % 999}}});
    }
    const Stats merged = merge_samples(stats);
    REQUIRE(merged == decimate_as_the_model(stats));
    REQUIRE(merged.size() <= limits::samples_per_call);
  }
}
