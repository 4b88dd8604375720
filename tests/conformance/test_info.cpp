#include "contents.h"
#include "fresh_store.h"
#include "refusal.h"
#include "sample_calls.h"

#include <fmt/format.h>

using namespace fnstore;

TEST_CASE("info counts what there is, after every kind of change") {
  FreshStore history = fresh_store();
  const auto counts = [&] { return history->info().calls_by_status; };
  using Counts = std::array<std::uint64_t, status_count>;
  CHECK(counts() == Counts{});
  history.seed({call_in(Status::delayed, "fn-1", "1"), call_in(Status::queued, "fn-1", "2"),
                call_in(Status::running, "fn-2", "3"), done("fn-2", "4"), done("fn-3", "5"),
                call_in(Status::error, "fn-3", "6")});
  CHECK(counts() == Counts{1, 1, 1, 2, 1, 0});
  CHECK(history->info().functions == 3);
  history.transition({"fn-2", "3"}, {.to = Status::cancelled});
  CHECK(counts() == Counts{1, 1, 0, 2, 1, 1});
  history.transition({"fn-1", "2"}, {.to = Status::running});
  CHECK(counts() == Counts{1, 0, 1, 2, 1, 1});
  CHECK(refusal_code([&] {
          history.transition({"fn-1", "1"}, {.to = Status::success});
        }) == "conflict");
  CHECK(refusal_code([&] { history.insert(done("fn-9", "")); }) == "invalid");
  CHECK(counts() == Counts{1, 0, 1, 2, 1, 1});
  history.remove({"fn-3", "5"});
  history.remove({"fn-3", "6"});
  CHECK(counts() == Counts{1, 0, 1, 1, 0, 1});
  CHECK(history->info().functions == 2);
  history.insert({{done("fn-1", "1"), {}}}, OnConflict::replace);
  CHECK(counts() == Counts{0, 0, 1, 2, 0, 1});
  history.insert(done_each_second("fn-3", 300));
  CHECK(counts() == Counts{0, 0, 1, 302, 0, 1});
  CHECK(history->info().functions == 3);
  CHECK(contents(*history).size() == 304);
}

TEST_CASE("info knows the oldest and the newest created_at") {
  FreshStore history = fresh_store();
  history.seed({done("fn", "5", at(5)), done("fn", "1", at(-7)), done("other", "3", at(90)),
                call_in(Status::queued, "fn", "2")});
  CHECK(history->info().oldest == at(-7));
  CHECK(history->info().newest == at(90));
  history.remove({"other", "3"});
  history.remove({"fn", "1"});
  CHECK(history->info().oldest == at(0));
  CHECK(history->info().newest == at(5));
}

TEST_CASE("info tells sizes and versions") {
  FreshStore history = fresh_store();
  history.seed(done_each_second("fn", 50));
  const StoreInfo info = history->info();
  CHECK(info.schema_version >= 1);
  CHECK(!info.engine_version.empty());
  CHECK(info.file_bytes + info.wal_bytes > 0);
  CHECK(info.bytes_per_call == Approx(static_cast<double>(info.file_bytes + info.wal_bytes) / 50));
}

TEST_CASE("function_ids finds the functions that have a call, by prefix and in order") {
  FreshStore history = fresh_store();
  using Names = std::vector<std::string>;
  CHECK(history->function_ids("", 10) == Names{});
  history.seed({done("resize", "1"), done("resize", "2"), done("rename", "1"),
                call_in(Status::queued, "Resize", "1"), done("\xc3\xa4", "1"), done("r", "1")});
  const Names all{"Resize", "r", "rename", "resize", "\xc3\xa4"};
  CHECK(history->function_ids("", 10) == all);
  CHECK(history->function_ids("", 2) == Names{"Resize", "r"});
  CHECK(history->function_ids("re", 10) == Names{"rename", "resize"});
  CHECK(history->function_ids("resize", 1) == Names{"resize"});
  CHECK(history->function_ids("resized", 10) == Names{});
  CHECK(history->function_ids("", 0) == Names{});
  history.remove({"rename", "1"});
  history.remove({"resize", "1"});
  CHECK(history->function_ids("re", 10) == Names{"resize"});
}
