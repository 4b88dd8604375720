#include "contents.h"
#include "fresh_store.h"
#include "refusal.h"
#include "sample_calls.h"

using namespace fnstore;

namespace {

const std::string no_call_id = "invalid: Missing call ID";
const std::string no_fn_id = "invalid: Missing Fn ID";
const std::string no_call = "not_found: Call not found";
const std::string no_log = "not_found: Call log not found";

/// Checks what every method that takes a key says to one.
void check_key(FreshStore& history, const CallKey& key, const std::string& said) {
  CAPTURE(key.fn_id, key.id);
  CHECK(refusal([&] { history->find(key); }) == said);
  CHECK(refusal([&] { history->get(key); }) == said);
  CHECK(refusal([&] { history->find_log(key); }) == said);
  CHECK(refusal([&] { history->get_log(key); }) == said);
  CHECK(refusal([&] { history.put_log(key, "log"); }) == said);
  CHECK(refusal([&] { history.remove(key); }) == said);
  CHECK(refusal([&] { history.transition(key, {.to = Status::running}); }) == said);
  const Call call = done(key.fn_id, key.id);
  CHECK(refusal([&] { history.insert(call); }) == said);
  CHECK(refusal([&] { history.insert({{call, "log"}}, OnConflict::replace); }) == said);
}

}  // namespace

TEST_CASE("a key without its ids is refused with the model's words") {
  FreshStore history = fresh_store();
  history.insert(done("fn", "id"));
  const std::vector<Recorded> before = contents(*history);
  check_key(history, {"fn", ""}, no_call_id);
  check_key(history, {"", "id"}, no_fn_id);
  check_key(history, {"", ""}, no_call_id);
  CHECK(contents(*history) == before);
}

TEST_CASE("a call that is not there is not found, in the model's words") {
  FreshStore history = fresh_store();
  history.insert({{done("fn", "id"), "log"}}, OnConflict::error);
  history.insert(done("other", "no log"));
  const std::vector<Recorded> before = contents(*history);
  for (const CallKey key : {CallKey{"fn", "nope"}, CallKey{"nope", "id"}, CallKey{"other", "id"}}) {
    CAPTURE(key.fn_id, key.id);
    CHECK(history->find(key) == std::nullopt);
    CHECK(refusal([&] { history->get(key); }) == no_call);
    CHECK(history->find_log(key) == std::nullopt);
    CHECK(refusal([&] { history->get_log(key); }) == no_log);
    CHECK(refusal([&] { history.put_log(key, "log"); }) == no_call);
    CHECK(refusal([&] { history.remove(key); }) == no_call);
    CHECK(refusal([&] { history.transition(key, {.to = Status::running}); }) == no_call);
  }
  CHECK(refusal([&] { history->get_log({"other", "no log"}); }) == no_log);
  CHECK(contents(*history) == before);
}

TEST_CASE("in an empty store nothing is found") {
  FreshStore history = fresh_store();
  CHECK(refusal([&] { history->get({"fn", "id"}); }) == no_call);
  CHECK(refusal([&] { history->get_log({"fn", "id"}); }) == no_log);
  CHECK(history->list({}).items.empty());
  CHECK(history->list({.fn_id = "fn"}).items.empty());
  CHECK(history->list({.fn_id = "fn"}).next_cursor.empty());
  const StoreInfo info = history->info();
  CHECK(info.calls == 0);
  CHECK(info.functions == 0);
  CHECK(info.oldest == std::nullopt);
  CHECK(info.newest == std::nullopt);
  CHECK(info.bytes_per_call == 0);
}
