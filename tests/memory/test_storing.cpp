// Memory runs short while calls are recorded and read. What was acknowledged is there, what was
// refused is not, and the store goes on without being opened anew.

#include "sample_history.h"
#include "shortage.h"

#include <catch2/catch.hpp>
#include <optional>
#include <string>
#include <vector>

using namespace fnstore;

namespace {

void add(Contents& contents, const std::vector<Call>& calls) {
  for (const Call& call : calls) contents[{call.fn_id, call.id}] = {call, std::nullopt};
}

/// Once more, with enough memory: what is there already is a conflict.
void insert_rest(Store& store, const std::vector<Call>& calls, bool is_there) {
  bool conflict = false;
  try {
    store.insert(calls);
  } catch (const Error& error) {
    if (error.code() != Errc::conflict) throw;
    conflict = true;
  }
  CHECK(conflict == is_there);
}

void try_insert(Shortage& shortage, const std::vector<Call>& calls) {
  make_history(shortage.path());
  Contents expected;
  {
    Store store = Store::open(shortage.path(), quiet_options());
    const Contents before = contents_of(store);
    expected = before;
    add(expected, calls);
    const bool done = shortage.during([&] { store.insert(calls); });
    CHECK((contents_of(store) == (done ? expected : before)));
    insert_rest(store, calls, done);
    CHECK((contents_of(store) == expected));
  }
  CHECK((shortage.reopened() == expected));
}

/// What is read of a history, as one text.
std::string read_some(const Store& store) {
  std::string seen;
  for (const Call& call : store.calls({.fn_id = "f-1", .per_page = 40})) seen += call.id;
  for (const Call& call : store.list({.per_page = 100}).items) seen += call.fn_id + call.id;
  for (const CallView& call : store.list_views({.per_page = 100, .error = "exit"}).items) {
    seen += call.id;
  }
  seen += store.get({"f-0", "000000"}).payload;
  seen += store.get_log({"f-2", "000005"});
  seen += std::to_string(store.info().calls);
  seen += std::to_string(store.statistics({.by = GroupBy::function}).groups.size());
  run_sql(store, "SELECT count(*) FROM calls WHERE error LIKE 'bad%'", [&](const SqlRow& row) {
    seen += std::to_string(std::get<std::int64_t>(row.values[0]));
  });
  return seen;
}

}  // namespace

TEST_CASE("a store is created or not, and opening it again succeeds") {
  every_shortage("create", 3, [](Shortage& shortage) {
    shortage.during([&] { Store::open(shortage.path(), quiet_options()); });
    shortage.check_no_drafts();
    Store store = Store::open(shortage.path(), quiet_options());
    store.insert(sample_record(1).call);
    CHECK(contents_of(store).size() == 1);
  });
}

TEST_CASE("opening changes nothing") {
  Contents expected;
  every_shortage("open", 11, [&](Shortage& shortage) {
    make_killed_history(shortage.path());
    shortage.during([&] { Store::open(shortage.path(), quiet_options()); });
    const Contents found = shortage.reopened();
    if (expected.empty()) expected = found;
    CHECK(found.size() == 302 + history_waiting);
    CHECK((found == expected));
  });
}

TEST_CASE("an insert of one call is there or not") {
  every_shortage("insert", 1, [](Shortage& shortage) {
    try_insert(shortage, sample_batch(1, "a function that is new to the store"));
  });
}

TEST_CASE("an insert of a batch is there or not") {
  every_shortage("insert of 100", 7,
                 [](Shortage& shortage) { try_insert(shortage, sample_batch(100)); });
}

TEST_CASE("a bulk insert that goes straight into blocks is there or not") {
  every_shortage("bulk insert", 97,
                 [](Shortage& shortage) { try_insert(shortage, sample_batch(4'096)); });
}

TEST_CASE("a transition, a log and a removal happen or not") {
  every_shortage("change", 2, [](Shortage& shortage) {
    make_history(shortage.path());
    const CallKey key{"f-0", "running-1"};
    const CallKey packed{"f-0", "000000"};
    Contents expected;
    {
      Store store = Store::open(shortage.path(), quiet_options());
      const bool ended = shortage.during([&] { store.transition(key, {.to = Status::success}); });
      CHECK((store.get(key).status == Status::success) == ended);
      const bool logged = shortage.during([&] { store.put_log(packed, "another"); });
      CHECK((store.find_log(packed) == "another") == logged);
      const bool removed = shortage.during([&] { store.remove({"f-1", "000001"}); });
      CHECK(store.find({"f-1", "000001"}).has_value() != removed);
      CHECK(store.info().calls == 302 + history_waiting - (removed ? 1 : 0));
      expected = contents_of(store);
    }
    CHECK((shortage.reopened() == expected));
  });
}

TEST_CASE("what is read is all there or refused, and later all there") {
  static const std::string expected = [] {
    const Shortage enough(1, 0);
    make_history(enough.path());
    return read_some(Store::open(enough.path(), quiet_options()));
  }();
  every_shortage("reading", 29, [](Shortage& shortage) {
    make_history(shortage.path());
    const Store store = Store::open(shortage.path(), quiet_options());
    std::string seen;
    const bool done = shortage.during([&] { seen = read_some(store); });
    if (done) CHECK(seen == expected);
    CHECK(read_some(store) == expected);
    CHECK(read_some(store) == expected);  // from what is kept in memory by now
  });
}
