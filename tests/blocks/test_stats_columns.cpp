// The stats of a block as columns: they come back byte by byte, what cannot is kept call by call,
// and what programs usually measure takes few bytes.

#include "fnstore/limits.h"
#include "fnstore/timestamp.h"

#include "codec/block.h"
#include "codec/stats_blob.h"
#include "codec/stats_columns.h"
#include "random_calls.h"

#include <catch2/catch.hpp>
#include <chrono>
#include <fmt/format.h>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

using namespace fnstore;
using namespace fnstore::codec;

namespace {

constexpr std::int64_t usual_ms = 1'554'422'700'250;

/// The part, when it is in columns, and what comes back of it.
struct Trip {
  bool in_columns = false;
  std::string part;
  std::vector<std::string> stats;
};

Trip through_columns(const std::vector<std::string>& stats, const std::vector<CallSpan>& spans) {
  const std::vector<std::string_view> views(stats.begin(), stats.end());
  std::vector<std::uint64_t> samples(stats.size());
  Trip trip;
  const auto part = encode_stats_columns(views, spans, samples);
  if (!part) return trip;
  trip.in_columns = is_stats_columns(*part);
  trip.part = *part;
  const StatsColumns columns(*part, samples, spans);
  for (std::size_t i = 0; i < stats.size(); ++i) trip.stats.push_back(columns.stats(i));
  return trip;
}

std::vector<CallSpan> equal_spans(std::size_t calls) {
  return {calls, CallSpan{usual_ms, usual_ms + 500}};
}

Sample sample(std::int64_t time, std::map<std::string, std::uint64_t> metrics) {
  return {Timestamp(std::chrono::milliseconds(time)), std::move(metrics)};
}

}  // namespace

TEST_CASE("stats come back from columns byte by byte, whatever they are") {
  for (std::uint64_t seed = first_seed(); seed < first_seed() + 200; ++seed) {
    INFO("seed " << seed);
    Draw draw(seed);
    std::vector<std::string> stats;
    std::vector<CallSpan> spans;
    for (std::uint64_t call = 0; call < 1 + draw.below(40); ++call) {
      stats.push_back(encode_stats(random_stats(draw, 1 + draw.below(9))));
      const auto begin = usual_ms + static_cast<std::int64_t>(draw.below(5'000));
      spans.push_back({begin, begin + static_cast<std::int64_t>(draw.below(9'000)) - 1'000});
    }
    const Trip trip = through_columns(stats, spans);
    CHECK(trip.in_columns);
    CHECK((trip.stats == stats));
  }
}

TEST_CASE("stats with the widest values and times come back from columns") {
  constexpr std::uint64_t most = std::numeric_limits<std::uint64_t>::max();
  const std::int64_t earliest = earliest_timestamp.time_since_epoch().count();
  const std::int64_t latest = latest_timestamp.time_since_epoch().count();
  const Stats wide{sample(earliest, {{"cpu_kernel", most}, {"cpu_total", 0}, {"cpu_user", 2}}),
                   sample(latest, {{"cpu_kernel", 0}, {"cpu_total", most}}), sample(latest, {}),
                   sample(latest, {{"cpu_total", 1}, {"x", most}})};
  std::vector<std::string> stats(9, encode_stats(wide));
  stats[4].clear();
  for (const CallSpan span : {CallSpan{earliest, latest}, {latest, earliest}, {0, 0}}) {
    const Trip trip = through_columns(stats, std::vector<CallSpan>(stats.size(), span));
    CHECK((trip.stats == stats));
  }
}

TEST_CASE("stats that columns would change are kept call by call") {
  const std::string sound = encode_stats({sample(5, {{"a", 1}, {"b", 2}}), sample(6, {{"a", 3}})});
  REQUIRE(through_columns({sound, sound}, equal_spans(2)).in_columns);
  const std::vector<std::string> others{
      "and stats",
      std::string("\x02") + sound.substr(1),  // another version
      sound + '\0',                           // bytes left over
      sound.substr(0, sound.size() - 1),      // one too few
      std::string("\x01\x01\x01"
                  "a\x00",
                  5),  // no sample
      std::string("\x01\x01\x01"
                  "a\x01\x0a\x00",
                  7),  // a name that none uses
      std::string("\x01\x02\x01"
                  "a\x01"
                  "a\x01\x0a\x02\x00\x02\x01\x02",
                  13),  // a name twice
      std::string("\x01\x01\x01"
                  "a\x01\x0a\x01\x00\x82\x00",
                  10),  // a number too long
      std::string("\x01\x01\x01"
                  "a\x01\x0a\x02\x00\x02\x00\x02",
                  11),  // a metric twice
  };
  for (const std::string& other : others) {
    INFO(fmt::format("{:02x}", fmt::join(other, " ")));
    CHECK_FALSE(through_columns({sound, other}, equal_spans(2)).in_columns);
  }
}

TEST_CASE("stats beyond the limits of columns come back from a block") {
  Draw draw(first_seed());
  auto calls = random_calls(draw, random_ids(draw, Ids::one_machine, 30), false);
  Stats full;
  for (std::size_t i = 0; i < limits::samples_per_call; ++i) {
    full.push_back(sample(usual_ms, {}));
    for (std::size_t m = 0; m < limits::metrics_per_sample; ++m) {
      full.back().metrics[fmt::format("m{}", m)] = m;
    }
  }
  for (CallEntry& call : calls) call.stats = encode_stats(full);
  const EncodedBlock block = encode_block(pointers(calls));
  CHECK_FALSE(is_stats_columns(block.stats));
  BlockReader reader(block.columns, block.checksum);
  reader.supply_stats(block.stats);
  CHECK(reader.stats(29) == calls[29].stats);
}

TEST_CASE("what a sampler usually measures takes few bytes in columns") {
  constexpr std::size_t calls = 512;
  Draw draw(first_seed());
  std::vector<std::string> stats;
  std::vector<CallSpan> spans;
  for (std::size_t call = 0; call < calls; ++call) {
    const auto begin = usual_ms + static_cast<std::int64_t>(1'000 * call);
    spans.push_back({begin, begin + 5'000});
    std::uint64_t user = 0;
    std::uint64_t kernel = 0;
    Stats made;
    for (std::int64_t k = 1; k <= 5; ++k) {
      user += 10'000'000 * draw.below(64);  // in clock ticks
      kernel += 10'000'000 * draw.below(8);
      made.push_back(sample(begin + 1'000 * k, {{"cpu_kernel", kernel},
                                                {"cpu_total", user + kernel},
                                                {"cpu_user", user},
                                                {"mem_limit", 256 << 20},
                                                {"mem_usage", 4'096 * draw.below(1'024)}}));
    }
    stats.push_back(encode_stats(made));
  }
  const Trip trip = through_columns(stats, spans);
  REQUIRE((trip.stats == stats));
  // Of each sample 6 + 3 + 10 bits cannot be saved; the differences need a bit more for their sign.
  CHECK(trip.part.size() < calls * 5 * (7 + 4 + 10) / 8 + 400);
}
