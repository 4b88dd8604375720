#include "contents.h"
#include "fresh_store.h"
#include "refusal.h"
#include "sample_calls.h"

#include <fmt/format.h>

using namespace fnstore;

TEST_CASE("a view shows all that a list of calls does, and says what else there is") {
  FreshStore history = fresh_store();
  const Call finished = full_call(Status::error, "fn", "01");
  const Call running = full_call(Status::running, "fn", "02");
  history.insert({finished, running});
  history.put_log(running.key(), "a line");

  const CallViewList page = history->list_views({.fn_id = "fn"});
  check_views(page, history->list({.fn_id = "fn"}));
  REQUIRE(page.items.size() == 2);
  CHECK(page.items[0].has_log);
  CHECK_FALSE(page.items[1].has_log);
  CHECK(page.items[1].has_stats);
  CHECK(history->get(page.items[1].key()) == finished);
}

TEST_CASE("texts of views stay when other pages are read and calls go") {
  FreshStore history = fresh_store();
  std::vector<Call> calls;
  for (int i = 0; i < 90; ++i) {
    Call call = done("fn", fmt::format("{:03} {}", i, std::string(150, 'x')));
    call.status = Status::error;
    call.error = fmt::format("no {}", i);
    calls.push_back(std::move(call));
  }
  history.seed(calls);
  const CallList wanted = history->list({.fn_id = "fn", .per_page = 60});
  CallViewList page = history->list_views({.fn_id = "fn", .per_page = 60});
  CallViewList moved = std::move(page);
  page = history->list_views({.fn_id = "fn", .cursor = moved.next_cursor});
  CHECK(page.items.size() == 30);
  for (const Call& call : wanted.items) history.remove(call.key());
  check_views(moved, wanted);
}

TEST_CASE("a list of views that is refused is empty, and its memory can be used again") {
  FreshStore history = fresh_store();
  history.seed(done_each_second("fn", 40));
  CallViewList page = history->list_views({.fn_id = "fn"});
  CHECK(page.items.size() == 30);
  CHECK(refusal_code([&] { history->list_views({.cursor = "no cursor!"}, page); }) == "invalid");
  CHECK(page.items.empty());
  CHECK(page.next_cursor.empty());
  history->list_views({.fn_id = "nobody"}, page);
  CHECK(page.items.empty());
  history->list_views({.per_page = 40}, page);
  check_views(page, history->list({.per_page = 40}));
}
