// Damaged blocks whose checksums have been made to fit, so that the decoder itself meets them.

#include "fnstore/timestamp.h"

#include "codec/block.h"
#include "codec/block_layout.h"
#include "codec/frame.h"
#include "codec/stats_columns.h"
#include "damage.h"
#include "random_calls.h"

#include <catch2/catch.hpp>
#include <cstring>
#include <string>
#include <vector>

using namespace fnstore;
using namespace fnstore::codec;

namespace {

/// The columns of 4096 calls as numbers, and one unpacked part.
constexpr std::size_t most_bytes = block_part_limit + 4'096;

bool is_time(std::int64_t time) {
  return time >= earliest_timestamp.time_since_epoch().count() &&
         time <= latest_timestamp.time_since_epoch().count();
}

/// What is read must be what other code may count on.
void check_call(const CallEntry& call) {
  if (!is_finished(call.status) || static_cast<int>(call.type) >= call_type_count) FAIL("status");
  if (!is_time(call.created)) FAIL("created");
  if (call.started != no_time && !is_time(call.started)) FAIL("started");
  if (call.completed != no_time && !is_time(call.completed)) FAIL("completed");
}

/// Reads all there is, in the ways that the engine does.
bool read_all(const std::string& columns, const std::string& texts, const std::string& stats) {
  return answers(most_bytes, [&] {
    BlockReader block(columns, layout::checksum(columns));
    if (block.size() > block_calls_limit) FAIL("too many calls");
    block.lower_bound("01D7N");
    std::vector<ListedCall> listed(block.size());
    block.read_listed(0, listed);
    block.summary();
    block.supply_texts(block.needs_texts() ? texts : std::string());
    block.supply_stats(block.needs_stats() ? stats : std::string());
    block.errors_containing("t");
    for (std::size_t i = 0; i < block.size(); ++i) check_call(block.entry(i));
  });
}

/// The columns with the checksums of the other parts, which stand behind a head of 2 bytes, the
/// count and a byte, exchanged for those that fit.
std::string with_checksums(std::string columns, const std::string& texts,
                           const std::string& stats) {
  std::size_t at = 2;
  while ((static_cast<unsigned char>(columns[at]) & 0x80U) != 0) ++at;
  at += 2;
  for (const std::string& part : {texts, stats}) {
    const std::uint64_t checksum = layout::checksum(part);
    std::memcpy(columns.data() + at, &checksum, 8);
    at += 8;
  }
  return columns;
}

/// With texts and with stats, these in columns or, where one call has something else, in a frame.
EncodedBlock random_block(Draw& draw, Ids kind, std::size_t count) {
  auto calls = random_calls(draw, random_ids(draw, kind, count), draw.one_in(2));
  calls[0].trigger_id = "so that there are texts";
  if (calls[0].stats.empty()) calls[0].stats = "and stats";
  return encode_block(pointers(calls));
}

EncodedBlock block_with_stats(Draw& draw, bool in_columns) {
  for (;;) {
    EncodedBlock block = random_block(draw, Ids::one_machine, 40);
    if (is_stats_columns(block.stats) == in_columns) return block;
  }
}

}  // namespace

TEST_CASE("damaged columns are corrupt or other calls, whatever the checksum says") {
  std::size_t corrupt = 0;
  std::size_t answered = 0;
  for (int kind = 0; kind < id_kinds; ++kind) {
    Draw draw(first_seed() + static_cast<std::uint64_t>(kind));
    INFO("seed " << first_seed() + static_cast<std::uint64_t>(kind) << ", ids " << kind);
    for (const std::size_t count : {std::size_t{1}, std::size_t{3}, std::size_t{140}}) {
      const EncodedBlock block = random_block(draw, static_cast<Ids>(kind), count);
      REQUIRE(read_all(block.columns, block.texts, block.stats));
      for_each_damage(block.columns, draw, 300, [&](const std::string& damaged) {
        (read_all(damaged, block.texts, block.stats) ? answered : corrupt) += 1;
      });
    }
  }
  CHECK(corrupt > 10'000);
  CHECK(answered > 1'000);  // or the checksums were not made to fit
}

TEST_CASE("damaged texts and stats are corrupt or others, whatever the checksum says") {
  std::size_t corrupt = 0;
  std::size_t answered = 0;
  for (std::uint64_t seed = first_seed(); seed < first_seed() + 6; ++seed) {
    INFO("seed " << seed);
    Draw draw(seed);
    const EncodedBlock block = block_with_stats(draw, false);
    const auto read = [&](const std::string& texts, const std::string& stats) {
      const bool answer = read_all(with_checksums(block.columns, texts, stats), texts, stats);
      (answer ? answered : corrupt) += 1;
    };
    read(block.texts, block.stats);
    REQUIRE(answered >= 1);
    const auto inside = [](const std::string& frame) {
      return open_frame(frame, block_part_limit, "a part");
    };
    const auto plain = [](const std::string& bytes) { return std::string(1, '\0') + bytes; };
    for_each_damage(inside(block.texts), draw, 200,
                    [&](const std::string& bytes) { read(plain(bytes), block.stats); });
    for_each_damage(inside(block.stats), draw, 200,
                    [&](const std::string& bytes) { read(block.texts, plain(bytes)); });
    for_each_damage(block.texts, draw, 20,
                    [&](const std::string& bytes) { read(bytes, block.stats); });
  }
  CHECK(corrupt > 500);
  CHECK(answered > 500);
}

TEST_CASE("damaged stats in columns are corrupt or others, whatever the checksum says") {
  std::size_t corrupt = 0;
  std::size_t answered = 0;
  for (std::uint64_t seed = first_seed(); seed < first_seed() + 20; ++seed) {
    INFO("seed " << seed);
    Draw draw(seed);
    const EncodedBlock block = block_with_stats(draw, true);
    const auto read = [&](const std::string& stats) {
      const std::string columns = with_checksums(block.columns, block.texts, stats);
      (read_all(columns, block.texts, stats) ? answered : corrupt) += 1;
    };
    read(block.stats);
    REQUIRE(answered >= 1);
    for_each_damage(block.stats, draw, 300, read);
    // Other numbers of samples than the part has.
    const EncodedBlock other = block_with_stats(draw, true);
    read(other.stats);
  }
  CHECK(corrupt > 500);
  CHECK(answered > 500);
}

TEST_CASE("damaged ids of a text block are corrupt or other ids in order") {
  Draw draw(first_seed());
  INFO("seed " << first_seed());
  const EncodedBlock block = random_block(draw, Ids::foreign, 30);
  std::size_t answered = 0;
  for_each_damage(block.columns, draw, 2'000, [&](const std::string& damaged) {
    answers(most_bytes, [&] {
      BlockReader reader(damaged, layout::checksum(damaged));
      std::string last;
      for (std::size_t i = 0; i < reader.size(); ++i) {
        const std::string id(reader.id(i).view());
        if (i > 0 && damaged[1] == static_cast<char>(layout::ids_text) && id <= last) {
          FAIL("out of order");
        }
        last = id;
      }
      ++answered;
    });
  });
  CHECK(answered > 100);
}

TEST_CASE("parts of two blocks put together are corrupt or some calls") {
  Draw draw(first_seed());
  INFO("seed " << first_seed());
  for (int round = 0; round < 300; ++round) {
    const EncodedBlock a =
        random_block(draw, static_cast<Ids>(draw.below(id_kinds)), 1 + draw.below(200));
    const EncodedBlock b =
        random_block(draw, static_cast<Ids>(draw.below(id_kinds)), 1 + draw.below(200));
    const std::string spliced = a.columns.substr(0, draw.below(a.columns.size())) +
                                b.columns.substr(draw.below(b.columns.size()));
    read_all(spliced, a.texts, a.stats);
    read_all(spliced, b.texts, b.stats);
    read_all(with_checksums(a.columns, b.texts, b.stats), b.texts, b.stats);
  }
}
