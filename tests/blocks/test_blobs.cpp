// Frames, stats and request fields: what goes in comes back, and damage is told.

#include "fnstore/call.h"
#include "fnstore/error.h"
#include "fnstore/limits.h"

#include "codec/detail_blob.h"
#include "codec/frame.h"
#include "codec/stats_blob.h"
#include "damage.h"
#include "random_calls.h"

#include <catch2/catch.hpp>
#include <fmt/format.h>
#include <limits>
#include <string>
#include <vector>

using namespace fnstore;

namespace {

constexpr std::size_t limit = std::size_t{16} << 20;

std::string text_of(Draw& draw, std::size_t words) {
  std::string text;
  for (std::size_t i = 0; i < words; ++i) text += draw.word() + ' ';
  return text;
}

bool is_corrupt(const std::string& frame, std::size_t most) {
  return !answers(limit + 64, [&] { codec::open_frame(frame, most, "a frame"); });
}

Call random_request(Draw& draw) {
  Call call;
  const auto maybe = [&](std::string made) { return draw.one_in(3) ? std::string() : made; };
  const auto number = [&](std::uint64_t most) {
    return static_cast<std::int32_t>(draw.one_in(4) ? most : draw.below(most + 1));
  };
  call.image = maybe(draw.word());
  call.payload = maybe(draw.bytes(draw.below(400)));
  call.url = maybe(text_of(draw, 9));
  call.method = maybe("POST");
  call.syslog_url = maybe(draw.word());
  call.delay = number(limits::max_seconds);
  call.timeout = number(limits::max_seconds);
  call.idle_timeout = number(limits::max_seconds);
  call.priority = number(2);
  call.cpus.value = number(limits::max_milli_cpus);
  call.tmpfs_size = static_cast<std::uint32_t>(draw.any_width());
  call.memory = draw.any_width() >> 1;
  for (std::uint64_t i = draw.below(4); i > 0; --i) {
    call.config[draw.word()] = maybe(draw.word());
    call.annotations[draw.word()] = "{\"a\":1}";
    call.headers[draw.word()] = std::vector<std::string>(draw.below(4), draw.word());
  }
  return call;
}

}  // namespace

TEST_CASE("bytes come back from a frame") {
  for (std::uint64_t seed = first_seed(); seed < first_seed() + 20; ++seed) {
    INFO("seed " << seed);
    Draw draw(seed);
    for (const std::size_t size : {0U, 1U, 2U, 47U, 48U, 49U, 100U, 4'095U, 70'000U}) {
      for (const std::string& bytes :
           {draw.bytes(size), std::string(size, 'x'), text_of(draw, size / 7).substr(0, size)}) {
        const std::string frame = codec::make_frame(bytes);
        CHECK(frame.size() <= bytes.size() + 1);
        if (codec::open_frame(frame, bytes.size(), "a frame") != bytes) FAIL("other bytes");
        if (!bytes.empty()) CHECK(is_corrupt(frame, bytes.size() - 1));
      }
    }
  }
  CHECK(codec::make_frame({}).empty());
  CHECK(codec::make_frame(std::string(1 << 20, 'x')).size() < 200);
}

TEST_CASE("a damaged frame is corrupt or other bytes within the limit") {
  Draw draw(first_seed());
  INFO("seed " << first_seed());
  std::size_t corrupt = 0;
  for (const std::string& bytes :
       {std::string("short"), text_of(draw, 40), std::string(9'000, 'x'), draw.bytes(300)}) {
    for_each_damage(codec::make_frame(bytes), draw, 500,
                    [&](const std::string& damaged) { corrupt += is_corrupt(damaged, limit); });
  }
  CHECK(corrupt > 500);
}

// Some bytes that say they hold as much as is allowed must not be believed before they are read.
TEST_CASE("a frame that claims too much is refused before memory is taken for it") {
  for (const std::uint64_t claimed : {std::uint64_t{limit}, std::uint64_t{limit} + 1,
                                      std::uint64_t{1} << 40, ~std::uint64_t{0}}) {
    std::string frame("\x01");
    for (std::uint64_t rest = claimed;; rest >>= 7) {
      frame += static_cast<char>(rest >= 0x80 ? rest | 0x80 : rest);
      if (rest < 0x80) break;
    }
    frame += codec::make_frame(std::string(200, 'x')).substr(3);
    CHECK_FALSE(answers(1'000, [&] { codec::open_frame(frame, limit, "a frame"); }));
  }
}

TEST_CASE("stats come back from their bytes") {
  for (std::uint64_t seed = first_seed(); seed < first_seed() + 300; ++seed) {
    INFO("seed " << seed);
    Draw draw(seed);
    const Stats stats = random_stats(draw, limits::samples_per_call);
    const std::string bytes = codec::encode_stats(stats);
    CHECK(bytes.size() < codec::stats_blob_limit);
    CHECK((codec::decode_stats(bytes) == stats));
  }
  CHECK(codec::encode_stats({}).empty());
  CHECK(codec::decode_stats({}).empty());
}

TEST_CASE("the fullest stats stay below their limit and come back") {
  Stats stats;
  for (std::size_t i = 0; i < limits::samples_per_call; ++i) {
    Sample sample{earliest_timestamp + std::chrono::milliseconds(i), {}};
    for (std::size_t m = 0; m < limits::metrics_per_sample; ++m) {
      const std::string name = fmt::format("{:0128}", i * limits::metrics_per_sample + m);
      sample.metrics[name] = m % 2 == 0 ? 0 : std::numeric_limits<std::uint64_t>::max();
    }
    stats.push_back(std::move(sample));
  }
  const std::string bytes = codec::encode_stats(stats);
  CHECK(bytes.size() < codec::stats_blob_limit);
  CHECK((codec::decode_stats(bytes) == stats));
}

TEST_CASE("damaged stats are corrupt or other stats within the limits") {
  std::size_t corrupt = 0;
  for (std::uint64_t seed = first_seed(); seed < first_seed() + 10; ++seed) {
    INFO("seed " << seed);
    Draw draw(seed);
    for_each_damage(
        codec::encode_stats(random_stats(draw, 12)), draw, 300, [&](const std::string& damaged) {
          const bool answer = answers(std::size_t{1} << 20, [&] {
            for (const Sample& sample : codec::decode_stats(damaged)) {
              if (sample.timestamp < earliest_timestamp || sample.timestamp > latest_timestamp) {
                FAIL("a time outside of the limits");
              }
            }
          });
          corrupt += answer ? 0 : 1;
        });
  }
  CHECK(corrupt > 1'000);
}

TEST_CASE("request fields come back from their bytes") {
  for (std::uint64_t seed = first_seed(); seed < first_seed() + 500; ++seed) {
    INFO("seed " << seed);
    Draw draw(seed);
    const Call call = random_request(draw);
    Call back;
    codec::decode_detail(codec::encode_detail(call), back);
    CHECK(codec::has_detail(call) == (call != Call{}));
    CHECK(back == call);
  }
  CHECK(codec::encode_detail(Call{}).empty());
  CHECK(!codec::has_detail(Call{}));
}

TEST_CASE("damaged request fields are corrupt or other fields") {
  std::size_t corrupt = 0;
  for (std::uint64_t seed = first_seed(); seed < first_seed() + 20; ++seed) {
    INFO("seed " << seed);
    Draw draw(seed);
    // Both what a frame holds and the frame itself.
    const std::string frame = codec::encode_detail(random_request(draw));
    if (frame.empty()) continue;
    const auto read = [&](const std::string& damaged) {
      const bool answer = answers(std::size_t{80} << 20, [&] {
        Call call;
        codec::decode_detail(damaged, call);
      });
      corrupt += answer ? 0 : 1;
    };
    for_each_damage(frame, draw, 100, read);
    const std::string inside = codec::open_frame(frame, limit, "request fields");
    for_each_damage(inside, draw, 100,
                    [&](const std::string& damaged) { read(std::string(1, '\0') + damaged); });
  }
  CHECK(corrupt > 1'000);
}
