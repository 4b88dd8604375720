#include "fnstore/error.h"

#include "codec/block.h"
#include "codec/block_layout.h"
#include "random_calls.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <functional>
#include <iterator>
#include <optional>
#include <string>
#include <vector>

using namespace fnstore;
using namespace fnstore::codec;

namespace {

constexpr std::size_t counts[] = {1, 2, 3, 127, 128, 129, 256, 511, 512, 513, 1'000, 4'096};

BlockReader whole(const EncodedBlock& block) {
  BlockReader reader(block.columns, block.checksum);
  reader.supply_texts(block.texts);
  reader.supply_stats(block.stats);
  return reader;
}

void check_entries(const EncodedBlock& block, const std::vector<CallEntry>& calls) {
  BlockReader reader = whole(block);
  REQUIRE(reader.size() == calls.size());
  for (std::size_t i = calls.size(); i-- > 0;) {
    if (i % 100 == 0) reader.trim();  // after it, values are read in place again
    if (!(reader.entry(i) == calls[i])) FAIL("call " << i << " came back changed");
  }
}

void check_lower_bound(const EncodedBlock& block, const std::vector<CallEntry>& calls, Draw& draw) {
  BlockReader reader(block.columns, block.checksum);
  const std::optional<IdTimes> times = reader.id_times();
  const auto check = [&](const std::string& id) {
    const auto at = std::lower_bound(
        calls.begin(), calls.end(), std::string_view(id),
        [](const CallEntry& call, std::string_view bound) { return call.id.view() < bound; });
    if (reader.lower_bound(id) != static_cast<std::size_t>(at - calls.begin())) {
      FAIL("the wrong place for " << id);
    }
    if (!times || at == calls.begin()) return;
    const auto most = times->at_most(id);
    if (most && (most->view() > id || most->view() < std::prev(at)->id.view())) {
      FAIL("no call below " << id << " is above " << most->view());
    }
  };
  for (int probe = 0; probe < 40; ++probe) {
    const std::string id(calls[draw.below(calls.size())].id.view());
    check(id);
    check(id + '\0');
    check(id + "~");
    check(id.substr(0, id.size() - 1));
    std::string other = id;
    other[draw.below(other.size())] = static_cast<char>(draw.any());
    check(other);
    check(draw.word());
  }
  for (const char* const id : {"", "0", "\x7f", "\xff\xff", "7ZZZZZZZZZZZZZZZZZZZZZZZZZ", "é"}) {
    check(id);
  }
}

/// Each accessor asked first on a reader of its own, since columns are decoded when they are
/// wanted, some by way of others.
void check_each_alone(const EncodedBlock& block, const std::vector<CallEntry>& calls, Draw& draw) {
  const std::vector<std::function<bool(BlockReader&, std::size_t)>> same{
      [&](BlockReader& r, std::size_t i) { return r.id(i) == calls[i].id; },
      [&](BlockReader& r, std::size_t i) { return r.status(i) == calls[i].status; },
      [&](BlockReader& r, std::size_t i) { return r.type(i) == calls[i].type; },
      [&](BlockReader& r, std::size_t i) { return r.app_no(i) == calls[i].app_no; },
      [&](BlockReader& r, std::size_t i) { return r.created(i) == calls[i].created; },
      [&](BlockReader& r, std::size_t i) { return r.started(i) == calls[i].started; },
      [&](BlockReader& r, std::size_t i) { return r.completed(i) == calls[i].completed; },
      [&](BlockReader& r, std::size_t i) { return r.detail_no(i) == calls[i].detail_no; },
      [&](BlockReader& r, std::size_t i) { return r.log_no(i) == calls[i].log_no; },
      [&](BlockReader& r, std::size_t i) { return r.has_error(i) != calls[i].error.empty(); },
      [&](BlockReader& r, std::size_t i) {
        return r.has_trigger(i) != calls[i].trigger_id.empty();
      },
      [&](BlockReader& r, std::size_t i) { return r.has_stats(i) != calls[i].stats.empty(); },
  };
  for (std::size_t which = 0; which < same.size(); ++which) {
    BlockReader reader(block.columns, block.checksum);
    for (int probe = 0; probe < 50; ++probe) {
      const std::size_t i = draw.below(calls.size());
      if (!same[which](reader, i)) FAIL("accessor " << which << " of call " << i);
    }
  }
}

/// Neighbours at once hold what each alone does.
void check_listed(const EncodedBlock& block, const std::vector<CallEntry>& calls, Draw& draw) {
  BlockReader reader(block.columns, block.checksum);
  for (int probe = 0; probe < 20; ++probe) {
    const std::size_t first = draw.below(calls.size());
    std::vector<ListedCall> listed(1 + draw.below(calls.size() - first));
    if (draw.below(3) == 0) listed.resize(1);
    reader.read_listed(first, listed);
    for (std::size_t i = 0; i < listed.size(); ++i) {
      const CallEntry& call = calls[first + i];
      const ListedCall& found = listed[i];
      const bool same =
          (!reader.has_generated_ids() || format_call_id(found.id) == call.id.view()) &&
          found.times.created == call.created && found.times.started == call.started &&
          found.times.completed == call.completed && found.app_no == call.app_no &&
          found.type == call.type && found.status == call.status &&
          found.has_trigger != call.trigger_id.empty() && found.has_error != call.error.empty() &&
          found.has_stats != call.stats.empty() && found.has_log == (call.log_no != 0);
      if (!same) FAIL("call " << first + i << " is listed changed");
    }
  }
}

void check_errors(const EncodedBlock& block, const std::vector<CallEntry>& calls) {
  BlockReader reader = whole(block);
  for (const std::string part : {"time", "x", "bad_exit", "no such error"}) {
    const std::vector<bool> wanted = reader.errors_containing(part);
    for (std::size_t i = 0; i < calls.size(); ++i) {
      const std::size_t number = reader.error_number(i);
      const bool found = number < wanted.size() && wanted[number];
      if (found != (calls[i].error.find(part) != std::string::npos)) FAIL(part << " in call " << i);
    }
  }
}

BlockSummary summary_of(const std::vector<CallEntry>& calls) {
  BlockSummary all;
  all.calls = static_cast<std::uint32_t>(calls.size());
  all.min_id = std::string(calls.front().id.view());
  all.max_id = std::string(calls.back().id.view());
  const auto by_created = [](const CallEntry& a, const CallEntry& b) {
    return a.created < b.created;
  };
  const auto by_app = [](const CallEntry& a, const CallEntry& b) { return a.app_no < b.app_no; };
  const auto created = std::minmax_element(calls.begin(), calls.end(), by_created);
  const auto apps = std::minmax_element(calls.begin(), calls.end(), by_app);
  all.min_created = created.first->created;
  all.max_created = created.second->created;
  all.min_app = apps.first->app_no;
  all.max_app = apps.second->app_no;
  for (const CallEntry& call : calls) {
    all.errors += call.status == Status::error ? 1U : 0U;
    all.cancelled += call.status == Status::cancelled ? 1U : 0U;
    all.type_mask |= 1U << static_cast<unsigned>(call.type);
  }
  return all;
}

void check_block(const std::vector<CallEntry>& calls, Draw& draw) {
  const EncodedBlock block = encode_block(pointers(calls));
  CHECK((block.summary == summary_of(calls)));
  CHECK((BlockReader(block.columns, block.checksum).summary() == block.summary));
  CHECK(block.checksum == layout::checksum(block.columns));
  check_entries(block, calls);
  check_lower_bound(block, calls, draw);
  check_each_alone(block, calls, draw);
  check_listed(block, calls, draw);
  check_errors(block, calls);
  const EncodedBlock again = encode_block(pointers(calls));
  CHECK((again.columns == block.columns && again.texts == block.texts));
  CHECK((again.stats == block.stats && again.checksum == block.checksum));
}

}  // namespace

TEST_CASE("calls of every kind come back from a block") {
  for (std::uint64_t seed = first_seed(); seed < first_seed() + 3; ++seed) {
    for (int kind = 0; kind < id_kinds; ++kind) {
      for (const std::size_t count : counts) {
        Draw draw(seed * 1'000 + count);
        const bool wild = draw.one_in(2);
        INFO("seed " << seed << ", ids " << kind << ", count " << count << ", wild " << wild);
        check_block(random_calls(draw, random_ids(draw, static_cast<Ids>(kind), count), wild),
                    draw);
      }
    }
  }
}

TEST_CASE("any number of calls comes back from a block") {
  for (std::uint64_t seed = first_seed(); seed < first_seed() + 60; ++seed) {
    INFO("seed " << seed);
    Draw draw(seed);
    const auto kind = static_cast<Ids>(draw.below(id_kinds));
    const auto ids = random_ids(draw, kind, 1 + draw.below(700));
    check_block(random_calls(draw, ids, draw.one_in(2)), draw);
  }
}

TEST_CASE("calls with nothing in them come back from a block that needs no other part") {
  std::vector<CallEntry> calls;
  for (int i = 0; i < 300; ++i) {
    CallEntry call;
    call.id = "call " + std::string(1, static_cast<char>('!' + i / 90)) +
              std::string(1, static_cast<char>('!' + i % 90));
    call.status = Status::success;
    calls.push_back(std::move(call));
  }
  const EncodedBlock block = encode_block(pointers(calls));
  CHECK(block.texts.empty());
  CHECK(block.stats.empty());
  BlockReader reader(block.columns, block.checksum);
  CHECK_FALSE(reader.needs_texts());
  CHECK_FALSE(reader.needs_stats());
  CHECK((reader.entry(299) == calls[299]));
}

TEST_CASE("usual calls take few bytes in a block") {
  Draw draw(first_seed());
  auto calls = random_calls(draw, random_ids(draw, Ids::one_machine, block_calls), false);
  for (CallEntry& call : calls) {
    call.stats.clear();
    call.detail_no = call.log_no = 0;
  }
  const EncodedBlock block = encode_block(pointers(calls));
  const std::size_t bytes = block.columns.size() + block.texts.size();
  INFO(static_cast<double>(bytes) / block_calls << " bytes a call");
  CHECK(bytes < 9 * block_calls);
}

TEST_CASE("a block is refused when a part is not the one it was written with") {
  Draw draw(first_seed());
  const auto calls = random_calls(draw, random_ids(draw, Ids::one_machine, 100), false);
  const auto others = random_calls(draw, random_ids(draw, Ids::one_machine, 100), false);
  const EncodedBlock block = encode_block(pointers(calls));
  const EncodedBlock other = encode_block(pointers(others));
  REQUIRE_FALSE(block.texts.empty());
  REQUIRE_FALSE(block.stats.empty());
  const auto code_of = [](auto&& read) {
    try {
      read();
    } catch (const Error& error) {
      return std::string(to_string(error.code()));
    }
    return std::string("an answer");
  };
  CHECK(code_of([&] { BlockReader(block.columns, other.checksum); }) == "corrupt");
  CHECK(code_of([&] { BlockReader(block.columns + '\0', block.checksum); }) == "corrupt");
  CHECK(code_of([&] { BlockReader({}, block.checksum); }) == "corrupt");
  BlockReader reader(block.columns, block.checksum);
  CHECK(code_of([&] { reader.supply_texts(block.texts + '\0'); }) == "corrupt");
  CHECK(code_of([&] { reader.supply_texts({}); }) == "corrupt");
  CHECK(code_of([&] { reader.supply_stats(other.stats); }) == "corrupt");
  CHECK(code_of([&] { reader.supply_stats({}); }) == "corrupt");
  CHECK_FALSE(reader.texts_supplied());
  CHECK_FALSE(reader.stats_supplied());
}
