#include "contents.h"
#include "fresh_store.h"
#include "refusal.h"
#include "sample_calls.h"

#include <algorithm>
#include <fmt/format.h>

using namespace fnstore;

namespace {

std::vector<std::string> newest_first(const std::vector<Call>& calls) {
  std::vector<std::string> ids = ids_of(calls);
  std::reverse(ids.begin(), ids.end());
  return ids;
}

}  // namespace

TEST_CASE("next_cursor is there exactly when the page is full") {
  FreshStore history = fresh_store();
  const std::vector<Call> calls = done_each_second("fn", 35);
  history.seed(calls);
  const std::string fn_id = GENERATE("fn", "");
  const auto page = [&](std::size_t per_page, const std::string& cursor = "") {
    return history->list({.fn_id = fn_id, .cursor = cursor, .per_page = per_page});
  };
  const auto cursor_of = [&](std::size_t i) {
    return encode_cursor(calls[i].id, fn_id.empty() ? "fn" : "");
  };

  const CallList by_default = page(0);
  CHECK(by_default.items.size() == 30);
  CHECK(by_default.next_cursor == cursor_of(5));
  CHECK(page(0, by_default.next_cursor).items.size() == 5);
  CHECK(page(0, by_default.next_cursor).next_cursor.empty());

  CHECK(page(1).items.size() == 1);
  CHECK(page(1).next_cursor == cursor_of(34));
  CHECK(page(34).items.size() == 34);
  CHECK(page(34).next_cursor == cursor_of(1));

  const CallList exact = page(35);
  CHECK(exact.items.size() == 35);
  CHECK(exact.next_cursor == cursor_of(0));
  CHECK(page(35, exact.next_cursor).items.empty());
  CHECK(page(35, exact.next_cursor).next_cursor.empty());

  CHECK(page(36).items.size() == 35);
  CHECK(page(36).next_cursor.empty());
  CHECK(page(10'000).items.size() == 35);
  CHECK(page(10'000).next_cursor.empty());
}

TEST_CASE("a filtered page is full when as many calls match, not when as many are looked at") {
  FreshStore history = fresh_store();
  std::vector<Call> calls = done_each_second("fn", 20);
  for (std::size_t i = 0; i < calls.size(); i += 4) {
    calls[i] = call_in(Status::error, "fn", calls[i].id);
  }
  history.seed(calls);
  CallFilter filter{.fn_id = "fn", .per_page = 3, .status = {Status::error}};
  CallList page = history->list(filter);
  CHECK(ids_of(page.items) == std::vector<std::string>{calls[16].id, calls[12].id, calls[8].id});
  CHECK(page.next_cursor == encode_cursor(calls[8].id));
  filter.cursor = page.next_cursor;
  page = history->list(filter);
  CHECK(ids_of(page.items) == std::vector<std::string>{calls[4].id, calls[0].id});
  CHECK(page.next_cursor.empty());
}

TEST_CASE("10000 calls are the longest page") {
  FreshStore history = fresh_store();
  const std::vector<Call> calls = done_each_second("fn", 10'001);
  history.seed(calls);
  const std::string fn_id = GENERATE("fn", "");
  CHECK(ids_of(walk(*history, {.fn_id = fn_id, .per_page = 10'000})) == newest_first(calls));
  const CallList page = history->list({.fn_id = fn_id, .per_page = 10'000});
  CHECK(page.items.size() == 10'000);
  CHECK(page.items.back().id == calls[1].id);
  for (const std::size_t too_many :
       {std::size_t{10'001}, std::numeric_limits<std::size_t>::max()}) {
    const std::string said =
        refusal([&] { history->list({.fn_id = fn_id, .per_page = too_many}); });
    CHECK_THAT(said, Catch::StartsWith("invalid: "));
    CHECK_THAT(said, Catch::Contains("per_page"));
    CHECK_THAT(said, Catch::Contains("10000"));
  }
}

TEST_CASE("a function that is not known has an empty page") {
  FreshStore history = fresh_store();
  history.seed(done_each_second("fn", 3));
  for (const char* const fn_id : {"nobody", "f", "fn ", "fnn", "FN"}) {
    const CallList page = history->list({.fn_id = fn_id, .per_page = 1});
    CHECK(page.items.empty());
    CHECK(page.next_cursor.empty());
    CHECK(history->list({.fn_id = fn_id, .cursor = encode_cursor("z")}).items.empty());
  }
}

TEST_CASE("a listing carries no request fields") {
  FreshStore history = fresh_store();
  const Call call = full_call(Status::success, "fn", "id");
  history.insert(call);
  CHECK(history->list({.fn_id = "fn"}).items == std::vector<Call>{as_listed(call)});
  CHECK(history->list({}).items == std::vector<Call>{as_listed(call)});
  CHECK(history->list({}).items.at(0).payload.empty());
}

TEST_CASE("the range walks every page of what the filter selects") {
  FreshStore history = fresh_store();
  const std::vector<Call> calls = done_each_second("fn", 40);
  history.seed(calls);
  history.seed(done_each_second("other", 5));
  for (const std::size_t per_page : {0, 1, 7, 20, 40, 41}) {
    std::vector<std::string> found;
    for (const Call& call : history->calls({.fn_id = "fn", .per_page = per_page})) {
      found.push_back(call.id);
    }
    CHECK(found == newest_first(calls));
  }
  std::size_t found = 0;
  for (const Call& call : history->calls({.to_time = at(2'000), .per_page = 1})) {
    CHECK(*call.created_at < at(2'000));
    ++found;
  }
  CHECK(found == 4);
  for (const Call& call : history->calls({.fn_id = "nobody"})) FAIL(call.id);
}
