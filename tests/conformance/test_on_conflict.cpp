#include "contents.h"
#include "fresh_store.h"
#include "sample_calls.h"

#include <fmt/format.h>

using namespace fnstore;

namespace {

CallRecord full_record(std::string_view id) {
  return {full_call(Status::error, "fn", id), "the log that was there"};
}

}  // namespace

TEST_CASE("skip leaves what exists and inserts the rest") {
  FreshStore history = fresh_store();
  history.insert({full_record("a"), full_record("c")}, OnConflict::error);
  const InsertCounts counts = history.insert({{done("fn", "a"), "another log"},
                                              {done("fn", "b"), "new"},
                                              {call_in(Status::running, "fn", "c"), {}},
                                              {done("other", "a"), {}}},
                                             OnConflict::skip);
  CHECK(counts.inserted == 2);
  CHECK(counts.skipped == 2);
  CHECK(contents(*history) == std::vector<Recorded>{{full_record("c").call, full_record("c").log},
                                                    {done("fn", "b"), "new"},
                                                    {done("other", "a"), {}},
                                                    {full_record("a").call, full_record("a").log}});
}

TEST_CASE("replace puts a call and all it owns in the place of the old one") {
  FreshStore history = fresh_store();
  history.insert({full_record("a"), full_record("b"), {call_in(Status::running, "fn", "c"), "x"}},
                 OnConflict::error);
  const InsertCounts counts = history.insert({{done("fn", "a"), {}},
                                              {call_in(Status::queued, "fn", "b"), ""},
                                              {full_call(Status::success, "fn", "c"), "new"},
                                              {done("fn", "d"), {}}},
                                             OnConflict::replace);
  CHECK(counts.inserted == 4);
  CHECK(counts.skipped == 0);
  CHECK(contents(*history) == std::vector<Recorded>{{done("fn", "d"), {}},
                                                    {full_call(Status::success, "fn", "c"), "new"},
                                                    {call_in(Status::queued, "fn", "b"), ""},
                                                    {done("fn", "a"), {}}});
}

TEST_CASE("of one id twice in a batch, skip keeps the first and replace the last") {
  FreshStore history = fresh_store();
  const std::size_t size = GENERATE(3, 300);
  std::vector<CallRecord> batch;
  for (std::size_t i = 0; i < size; ++i) {
    batch.push_back({done("fn", fmt::format("{:04}", i)), fmt::format("log {}", i)});
  }
  batch[size - 1] = {call_in(Status::error, "fn", batch[1].call.id), "the last"};
  const bool replace = GENERATE(false, true);
  const InsertCounts counts =
      history.insert(batch, replace ? OnConflict::replace : OnConflict::skip);
  CHECK(counts.inserted == (replace ? size : size - 1));
  CHECK(counts.skipped == (replace ? 0 : 1));
  CHECK(history->get(batch[1].call.key()) == batch[replace ? size - 1 : 1].call);
  CHECK(history->get_log(batch[1].call.key()) == (replace ? "the last" : "log 1"));
  CHECK(contents(*history).size() == size - 1);
}

TEST_CASE("a large batch skips or replaces what lies in between") {
  FreshStore history = fresh_store();
  std::vector<Call> old;
  for (std::size_t i = 0; i < 900; i += 3)
    old.push_back(full_call(Status::error, "fn", fmt::format("{:04}", i)));
  history.insert(old);
  history.insert(call_in(Status::running, "fn", "0001"));
  std::vector<CallRecord> batch;
  for (std::size_t i = 0; i < 900; ++i)
    batch.push_back({done("fn", fmt::format("{:04}", i)), "new"});
  SECTION("skip") {
    const InsertCounts counts = history.insert(batch, OnConflict::skip);
    CHECK(counts.inserted == 599);
    CHECK(counts.skipped == 301);
    CHECK(history->get({"fn", "0300"}) == old[100]);
    CHECK(history->find_log({"fn", "0300"}) == std::nullopt);
    CHECK(history->get({"fn", "0001"}).status == Status::running);
    CHECK(history->get_log({"fn", "0301"}) == "new");
  }
  SECTION("replace") {
    const InsertCounts counts = history.insert(batch, OnConflict::replace);
    CHECK(counts.inserted == 900);
    CHECK(counts.skipped == 0);
    CHECK(history->get({"fn", "0300"}) == batch[300].call);
    CHECK(history->get_log({"fn", "0300"}) == "new");
    CHECK(history->get({"fn", "0001"}) == batch[1].call);
  }
  CHECK(contents(*history).size() == 900);
}
