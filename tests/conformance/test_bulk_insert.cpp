#include "contents.h"
#include "fresh_store.h"
#include "sample_calls.h"

#include <fmt/format.h>
#include <functional>
#include <map>
#include <utility>

using namespace fnstore;

namespace {

constexpr std::size_t batch_size = 5'000;  // a request large enough to go straight into blocks

/// Of every kind that such a request may tell apart: functions with many calls and with few, in
/// order of id and not, of one app and of several, with and without request fields and logs, with
/// one call that has not ended. Other rounds have other contents, and some ids of their own.
CallRecord nth(std::size_t n, std::size_t round) {
  const std::size_t order = n * 10 + (n % 3 == 0 ? round : 0);
  const std::string id = fmt::format("{:06}", order);
  const std::string trigger = fmt::format("call {} of round {}", n, round);
  const auto plain = [&](std::string_view fn_id, std::string_view of_id) {
    CallRecord record{done(fn_id, of_id), {}};
    record.call.trigger_id = trigger;
    return record;
  };
  switch (n % 6) {
    case 0:
      return plain("ordered", id);
    case 1: {
      CallRecord record = plain("many apps", id);
      record.call.app_id = fmt::format("app-{}", n / 400 + round);
      return record;
    }
    case 2: {
      CallRecord record{full_call(Status::error, "full", id), "log of " + trigger};
      if (n % 4 == 0) record = plain("full", id);
      return record;
    }
    case 3:  // backwards, each id twice
      return plain("backwards", fmt::format("{:06}", (batch_size - n) / 12));
    case 4:
      return plain(fmt::format("few-{:03}", n % 300), id);
    default:
      if (n == 2'345) return {call_in(Status::running, "one runs", id), {}};
      return plain("one runs", id);
  }
}

std::vector<CallRecord> batch(std::size_t round) {
  std::vector<CallRecord> records;
  for (std::size_t n = 0; n < batch_size; ++n) records.push_back(nth(n, round));
  return records;
}

/// By id, then function, falling: as a listing over all functions.
using Expected = std::map<std::pair<std::string, std::string>, Recorded, std::greater<>>;

InsertCounts put(Expected& all, const std::vector<CallRecord>& records, OnConflict on_conflict) {
  InsertCounts counts;
  for (const CallRecord& record : records) {
    const auto [at, added] = all.try_emplace({record.call.id, record.call.fn_id});
    if (!added && on_conflict == OnConflict::skip) {
      ++counts.skipped;
      continue;
    }
    at->second = {record.call, record.log};
    ++counts.inserted;
  }
  return counts;
}

void check_contents(const FreshStore& history, const Expected& expected) {
  const std::vector<Recorded> found = contents(*history);
  REQUIRE(found.size() == expected.size());
  std::size_t wrong = 0;
  auto at = found.begin();
  for (const auto& [key, recorded] : expected) wrong += *at++ == recorded ? 0 : 1;
  CHECK(wrong == 0);
}

}  // namespace

TEST_CASE("a bulk insert meets calls of every kind") {
  FreshStore history = fresh_store();
  Expected expected;
  const OnConflict on_conflict = GENERATE(OnConflict::skip, OnConflict::replace);
  for (std::size_t round = 0; round < 3; ++round) {
    const std::vector<CallRecord> records = batch(round);
    const InsertCounts wanted = put(expected, records, on_conflict);
    const InsertCounts counts = history.insert(records, on_conflict);
    CHECK(counts.inserted == wanted.inserted);
    CHECK(counts.skipped == wanted.skipped);
  }
  check_contents(history, expected);
}

TEST_CASE("a bulk insert with a call that exists changes nothing") {
  FreshStore history = fresh_store();
  Expected expected;
  std::vector<CallRecord> records;
  for (std::size_t n = 0; n < batch_size; ++n) {
    if (n % 6 != 3) records.push_back(nth(n, 0));
  }
  put(expected, records, OnConflict::error);
  history.insert(records, OnConflict::error);
  std::vector<CallRecord> more;
  for (std::size_t n = 1; n < batch_size + 500; ++n) {
    if (n % 3 != 0) continue;  // the others have the same ids in each round
    more.push_back(nth(n, 1));
    if (n % 6 == 3) more.back().call.id += std::to_string(n);
  }
  for (std::size_t n = 0; more.size() < batch_size; ++n) {
    more.push_back({done("another", fmt::format("{:06}", n)), {}});
  }
  const std::size_t existing = GENERATE(1U, 2U, 4U);  // of several apps, full, of few
  more.insert(more.begin() + 3'000, records[existing]);
  CHECK_THROWS_AS(history.insert(more, OnConflict::error), Error);
  check_contents(history, expected);
  more.erase(more.begin() + 3'000);
  put(expected, more, OnConflict::error);
  history.insert(more, OnConflict::error);
  check_contents(history, expected);
}

TEST_CASE("a bulk insert begins above the greatest id there is, or with it") {
  FreshStore history = fresh_store();
  const auto numbered = [](std::size_t first, std::size_t count, const std::string& trigger) {
    std::vector<CallRecord> records;
    for (std::size_t n = first; n < first + count; ++n) {
      records.push_back({done("fn", fmt::format("{:06}", n)), {}});
      records.back().call.trigger_id = trigger;
    }
    return records;
  };
  Expected expected;
  const std::vector<CallRecord> old = numbered(0, 300, "old");
  put(expected, old, OnConflict::error);
  history.insert(old, OnConflict::error);
  const std::vector<CallRecord> above = numbered(300, batch_size, "above");
  put(expected, above, OnConflict::error);
  history.insert(above, OnConflict::error);

  const std::vector<CallRecord> from_greatest = numbered(300 + batch_size - 1, batch_size, "from");
  CHECK_THROWS_AS(history.insert(from_greatest, OnConflict::error), Error);
  const OnConflict on_conflict = GENERATE(OnConflict::skip, OnConflict::replace);
  const InsertCounts wanted = put(expected, from_greatest, on_conflict);
  const InsertCounts counts = history.insert(from_greatest, on_conflict);
  CHECK(counts.inserted == wanted.inserted);
  CHECK(counts.skipped == wanted.skipped);
  check_contents(history, expected);
}
