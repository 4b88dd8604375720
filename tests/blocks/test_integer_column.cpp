#include "fnstore/error.h"

#include "codec/integer_column.h"
#include "codec/packed_column.h"
#include "damage.h"
#include "random_calls.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <vector>

using namespace fnstore;
using codec::ByteReader;
using codec::IntegerColumn;
using codec::PackedColumn;
using Values = std::vector<std::uint64_t>;

namespace {

constexpr std::uint64_t greatest = std::numeric_limits<std::uint64_t>::max();
const std::string padding(8, '\xa5');

std::string encoded(const Values& values) {
  std::string bytes;
  codec::encode_column(values, bytes);
  return bytes;
}

/// What is read in place is what is decoded.
void check_in_place(const std::string& padded, std::span<const std::uint64_t> all,
                    std::size_t end) {
  std::vector<PackedColumn::Frame> frames;
  const PackedColumn column(padded, 0, all.size(), frames, "a column");
  if (column.end() != end) FAIL("it ends elsewhere when read in place");
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (column.value(padded, frames, i) != all[i]) FAIL("number " << i << " differs in place");
  }
  for (std::size_t first = 0; first < all.size(); first += 128) {
    Values part(std::min<std::size_t>(all.size() - first, 128));
    column.read(padded, frames, first, part);
    if (!std::equal(part.begin(), part.end(), &all[first])) FAIL("a miniblock differs in place");
  }
}

Values decoded(const std::string& bytes, std::size_t count) {
  const std::string padded = bytes + padding;
  ByteReader in(padded, "a column");
  IntegerColumn column = IntegerColumn::decode(in, count);
  if (in.remaining() < padding.size()) in.fail("reads its padding");
  const auto all = column.expand(count);
  check_in_place(padded, all, padded.size() - in.remaining());
  return {all.begin(), all.end()};
}

/// Also that it takes no more than a word and a little for each number.
void check_round_trip(const Values& values) {
  const std::string bytes = encoded(values);
  if (decoded(bytes, values.size()) != values) FAIL("another column came back");
  CHECK(bytes.size() <= 1 + values.size() * 8 + (values.size() / 128 + 1) * 12);
}

Values of_width(Draw& draw, unsigned width, std::size_t count) {
  const std::uint64_t base = draw.any_width();
  Values values(count);
  for (std::uint64_t& value : values) {
    value = base + (width == 0 ? 0 : draw.any() >> (64 - width));
  }
  return values;
}

constexpr std::size_t counts[] = {1, 2, 7, 127, 128, 129, 255, 256, 257, 511, 512, 513, 4'096};

}  // namespace

TEST_CASE("numbers of every width come back from a column") {
  for (std::uint64_t seed = first_seed(); seed < first_seed() + 5; ++seed) {
    Draw draw(seed);
    for (unsigned width = 0; width <= 64; ++width) {
      for (const std::size_t count : counts) {
        INFO("seed " << seed << ", width " << width << ", count " << count);
        check_round_trip(of_width(draw, width, count));
      }
    }
  }
}

TEST_CASE("a few numbers far from the others come back from a column") {
  for (std::uint64_t seed = first_seed(); seed < first_seed() + 5; ++seed) {
    Draw draw(seed);
    for (unsigned width = 0; width <= 64; ++width) {
      INFO("seed " << seed << ", width " << width);
      Values values = of_width(draw, width / 2, 1 + draw.below(4'096));
      for (std::uint64_t patches = draw.below(values.size() / 8 + 2); patches > 0; --patches) {
        values[draw.below(values.size())] = width == 0 ? draw.any() : draw.any() >> (64 - width);
      }
      check_round_trip(values);
    }
  }
}

TEST_CASE("the outermost numbers come back from a column") {
  check_round_trip({0});
  check_round_trip({greatest});
  check_round_trip({0, greatest});
  check_round_trip({greatest, 0, greatest, 1, greatest - 1});
  check_round_trip(Values(4'096, greatest));
  Values alternating(513);
  for (std::size_t i = 0; i < alternating.size(); ++i) alternating[i] = i % 2 == 0 ? 0 : greatest;
  check_round_trip(alternating);
  Values one_apart(512, 5);
  one_apart[300] = greatest;
  check_round_trip(one_apart);
}

TEST_CASE("a column costs what its bits need") {
  CHECK(encoded(Values(4'096, 123'456)).size() <= 5);  // constant
  Values flags(512);
  for (std::size_t i = 0; i < flags.size(); ++i) flags[i] = i % 3 == 0 ? 1 : 0;
  CHECK(encoded(flags).size() <= 512 / 8 + 4 * 3 + 1);
  flags[17] = greatest;  // one patch, not 64 bits for all
  CHECK(encoded(flags).size() <= 512 / 8 + 4 * 3 + 1 + 1 + 10);
}

TEST_CASE("a damaged column is corrupt or another column") {
  Draw draw(first_seed());
  INFO("seed " << first_seed());
  std::size_t corrupt = 0;
  for (const unsigned width : {0U, 1U, 13U, 40U, 57U, 64U}) {
    for (const std::size_t count : {std::size_t{1}, std::size_t{100}, std::size_t{300}}) {
      Values values = of_width(draw, width, count);
      values[count / 2] = greatest;
      for_each_damage(encoded(values), draw, 200, [&](const std::string& bytes) {
        if (!answers(std::size_t{1} << 20, [&] { decoded(bytes, count); })) ++corrupt;
      });
    }
  }
  CHECK(corrupt > 1'000);
}
