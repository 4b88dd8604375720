#include "contents.h"
#include "fresh_store.h"
#include "refusal.h"
#include "sample_calls.h"

#include <fmt/format.h>

using namespace fnstore;

namespace {

/// Some history, in which fn/taken has a log and request fields.
void fill(FreshStore& history) {
  history.seed(done_each_second("fn", 12));
  history.seed(done_each_second("other", 3));
  history.insert({{full_call(Status::error, "fn", "taken"), "its log"}}, OnConflict::error);
  history.insert(call_in(Status::running, "fn", "taken and running"));
}

/// Inserting is refused, naming the call that exists, and changes nothing.
template <typename Insert>
void check_conflict(FreshStore& history, const Call& existing, Insert insert) {
  const std::vector<Recorded> before = contents(*history);
  const std::string said = refusal(insert);
  CHECK_THAT(said, Catch::StartsWith("conflict: "));
  CHECK_THAT(said, Catch::Contains(existing.id));
  CHECK_THAT(said, Catch::Contains(existing.fn_id));
  CHECK(contents(*history) == before);
}

std::vector<Call> new_calls(std::string_view fn_id, std::size_t count) {
  std::vector<Call> calls;
  for (std::size_t i = 0; i < count; ++i)
    calls.push_back(full_call(Status::success, fn_id, fmt::format("new-{:04}", i)));
  return calls;
}

}  // namespace

TEST_CASE("a call that exists is not inserted again, whatever it says") {
  FreshStore history = fresh_store();
  fill(history);
  for (const char* const id : {"taken", "taken and running"}) {
    for (int status = 0; status < status_count; ++status) {
      const Call again = call_in(static_cast<Status>(status), "fn", id);
      check_conflict(history, again, [&] { history.insert(again); });
    }
  }
  const Call equal = history->get({"fn", "taken"});
  check_conflict(history, equal, [&] { history.insert(equal); });
}

TEST_CASE("a batch with one call that exists is refused whole") {
  FreshStore history = fresh_store();
  fill(history);
  const Call existing = done("fn", "taken");
  for (const std::size_t place : {0, 3, 7}) {
    std::vector<Call> batch = new_calls("fn", 7);
    batch[1].fn_id = "a new function";
    batch[2].app_id = "a new app";
    batch.insert(batch.begin() + static_cast<std::ptrdiff_t>(place), existing);
    check_conflict(history, existing, [&] { history.insert(batch); });
    std::vector<CallRecord> records;
    for (const Call& call : batch) records.push_back({call, "a log"});
    check_conflict(history, existing, [&] { history.insert(records, OnConflict::error); });
  }
  CHECK(history->list({.fn_id = "a new function"}).items.empty());
  CHECK(history->list({.app_id = "a new app"}).items.empty());
  history.insert(new_calls("fn", 7));  // what was refused left nothing behind
  CHECK(history->get({"fn", "new-0003"}) == new_calls("fn", 7)[3]);
}

TEST_CASE("a batch with one id twice is refused whole") {
  FreshStore history = fresh_store();
  fill(history);
  std::vector<Call> batch = new_calls("fn", 9);
  batch[8].id = batch[2].id;
  check_conflict(history, batch[2], [&] { history.insert(batch); });
  std::vector<Call> unfinished(2, call_in(Status::queued, "a new function", "twice"));
  check_conflict(history, unfinished[0], [&] { history.insert(unfinished); });
  batch[8].fn_id = "other";  // the same id in another function is another call
  history.insert(batch);
  CHECK(history->get(batch[8].key()) == batch[8]);
  CHECK(history->get(batch[2].key()) == batch[2]);
}

TEST_CASE("a large batch with a call that exists is refused whole") {
  FreshStore history = fresh_store();
  fill(history);
  for (const std::size_t size : {127, 128, 129, 1'000}) {
    for (const char* const id : {"taken", "taken and running"}) {
      std::vector<Call> batch = new_calls("fn", size);
      batch[size / 2] = done("fn", id);
      check_conflict(history, batch[size / 2], [&] { history.insert(batch); });
    }
  }
  SECTION("in the function that is not packed at once") {
    std::vector<Call> batch = new_calls("a new function", 300);
    batch.push_back(done("fn", "taken"));
    check_conflict(history, batch.back(), [&] { history.insert(batch); });
    CHECK(history->list({.fn_id = "a new function"}).items.empty());
  }
  SECTION("with what it brought before left undone") {
    std::vector<Call> batch = new_calls("fn", 300);
    for (const Call& call : new_calls("a new function", 300)) batch.push_back(call);
    batch.push_back(done("other", id_at(1'000)));
    check_conflict(history, batch.back(), [&] { history.insert(batch); });
    batch.pop_back();
    history.insert(batch);
    CHECK(walk(*history, {.fn_id = "a new function"}).size() == 300);
  }
}

TEST_CASE("a large batch with one id twice is refused whole") {
  FreshStore history = fresh_store();
  fill(history);
  for (const std::size_t size : {128, 700}) {
    std::vector<Call> batch = new_calls("fn", size);
    batch[size - 1] = call_in(Status::error, "fn", batch[5].id);
    check_conflict(history, batch[5], [&] { history.insert(batch); });
    for (Call& call : batch) call.fn_id = "a new function";
    check_conflict(history, batch[5], [&] { history.insert(batch); });
    CHECK(history->list({.fn_id = "a new function"}).items.empty());
  }
}

TEST_CASE("every one of a large batch exists already once it was inserted") {
  FreshStore history = fresh_store();
  const std::vector<Call> batch = new_calls("fn", 600);
  history.insert(batch);
  for (const std::size_t i : {0, 511, 512, 599}) {
    check_conflict(history, batch[i], [&] { history.insert(batch[i]); });
  }
  std::vector<Call> more = new_calls("fn", 1'200);
  more.erase(more.begin(), more.begin() + 599);  // the first that is left is the last that exists
  check_conflict(history, batch[599], [&] { history.insert(more); });
  more.erase(more.begin());
  history.insert(more);
  CHECK(walk(*history, {.fn_id = "fn", .per_page = 100}).size() == 1'200);
}
