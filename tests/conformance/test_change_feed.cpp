#include "fnstore/change_feed.h"

#include "contents.h"
#include "fresh_store.h"
#include "sample_calls.h"

using namespace fnstore;

namespace {

/// What the feed says, as "id status".
std::vector<std::string> said(ChangeFeed& feed, const CallFilter& filter = {}) {
  std::vector<std::string> lines;
  for (const Call& call : feed.next(filter)) {
    lines.push_back(call.id + ' ' + std::string(to_string(call.status)));
  }
  return lines;
}

using Lines = std::vector<std::string>;

/// Writes through a store of its own, that stays open while the feed lives.
class Followed {
 public:
  explicit Followed(FreshStore& history) : history_(history) {}

  template <typename Act>
  void write(Act act) {
    act(const_cast<Store&>(*history_));
  }

 private:
  FreshStore& history_;
};

}  // namespace

TEST_CASE("a feed tells of calls as they come and change, once each") {
  FreshStore history = fresh_store();
  history.insert(done("fn", "before"));
  Followed followed(history);
  ChangeFeed feed(*history);
  CHECK(said(feed).empty());
  followed.write([](Store& store) {
    store.insert(call_in(Status::running, "fn", "b"));
    store.insert(call_in(Status::queued, "fn", "a"));
  });
  CHECK(said(feed) == Lines{"b running", "a queued"});
  CHECK(said(feed).empty());
  followed.write([](Store& store) { store.transition({"fn", "b"}, {.to = Status::success}); });
  CHECK(said(feed) == Lines{"b success"});
  followed.write([](Store& store) {
    store.transition({"fn", "a"}, {.to = Status::running});
    store.transition({"fn", "a"}, {.to = Status::error, .error = "lost"});
    store.remove({"fn", "b"});
  });
  CHECK(said(feed) == Lines{"a error"});
}

TEST_CASE("a feed sees calls that were packed before it looked") {
  FreshStore history = fresh_store();
  Followed followed(history);
  followed.write([](Store& store) { store.insert(call_in(Status::running, "fn", "m")); });
  ChangeFeed feed(*history);
  followed.write([](Store& store) {
    store.transition({"fn", "m"}, {.to = Status::success});
    store.insert(done("fn", "x"));
    store.pack();
    store.insert(done("fn", "y"));
  });
  CHECK(said(feed) == Lines{"x success", "m success", "y success"});
  followed.write([](Store& store) { store.pack(); });
  CHECK(said(feed).empty());
}

TEST_CASE("a feed sees calls that went straight into blocks") {
  FreshStore history = fresh_store();
  Followed followed(history);
  followed.write([](Store& store) { store.insert(done("fn", "0")); });
  ChangeFeed feed(*history);
  const std::vector<Call> calls = done_each_second("fn", 500);
  followed.write([&](Store& store) { store.insert(calls); });
  CHECK(feed.next({}) == calls);
}

TEST_CASE("a feed heeds a filter, and goes on after a prune") {
  FreshStore history = fresh_store();
  Followed followed(history);
  ChangeFeed feed(*history);
  followed.write([](Store& store) {
    store.insert(done("fn", "a"));
    store.insert(call_in(Status::error, "fn", "b"));
    store.insert(call_in(Status::error, "other", "c"));
  });
  CHECK(said(feed, {.fn_id = "fn", .status = {Status::error}}) == Lines{"b error"});
  followed.write([](Store& store) {
    store.prune({.fn_id = "fn"});
    store.insert(done("fn", "z"));
    store.compact();
  });
  CHECK(said(feed, {.fn_id = "fn"}) == Lines{"z success"});
}
