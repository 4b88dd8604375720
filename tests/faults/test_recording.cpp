// Every step of open, insert and change fails once, and from then on. Whatever is told to the
// caller must be so; what was acknowledged before stays; and the same insert, tried again, says
// that it is there exactly when it is.

#include "sample_history.h"
#include "trial.h"

#include <catch2/catch.hpp>
#include <optional>

using namespace fnstore;

namespace {

/// What a second try of a request must say after the first ended like this.
void check_second_try(const std::optional<Errc>& first, const std::optional<Errc>& second) {
  INFO("first " << (first ? to_string(*first) : "done") << ", second "
                << (second ? to_string(*second) : "done"));
  if (!first) {
    CHECK(second == Errc::conflict);
  } else if (*first == Errc::in_doubt) {
    CHECK((!second || *second == Errc::conflict));
  } else {
    CHECK_FALSE(second.has_value());
  }
}

void add(Contents& contents, const std::vector<Call>& calls) {
  for (const Call& call : calls) contents[{call.fn_id, call.id}] = {call, std::nullopt};
}

/// Inserts into an opened store while a step fails; then again while none does.
void try_insert(Trial& trial, const std::vector<Call>& calls) {
  make_history(trial.path());
  Contents expected;
  {
    std::optional<Store> store = Store::open(trial.path(), quiet_options());
    expected = contents_of(*store);
    const auto first = trial.failing([&] { store->insert(calls); });
    INFO("failed: " << trial.failure().description());
    const Contents now = contents_of(*store);
    Contents with = expected;
    add(with, calls);
    CHECK((now == expected || now == with));
    if (!first) CHECK((now == with));
    if (first && *first != Errc::in_doubt) CHECK((now == expected));
    check_second_try(first, outcome([&] { store->insert(calls); }));
    expected = with;
    CHECK((contents_of(*store) == expected));
    trial.failing([&] { store.reset(); });
  }
  CHECK((trial.reopened() == expected));
}

/// Opening what `make` left at a path; all calls of the sample history must be there.
void try_open(const char* name, void (*make)(const std::string& path)) {
  Contents expected;
  every_step(name, [&](Trial& trial) {
    make(trial.path());
    trial.failing([&] {
      const Store store = Store::open(trial.path(), quiet_options());
      const std::uint64_t calls = store.info().calls;
      CHECK(calls == 302 + history_waiting);
    });
    const Contents found = trial.reopened();
    if (expected.empty()) expected = found;
    CHECK(found.size() == 302 + history_waiting);
    CHECK((found == expected));
  });
}

}  // namespace

TEST_CASE("a store is created, whatever step fails, whole or not at all") {
  every_step("create", [](Trial& trial) {
    const auto failed = trial.failing([&] { Store::open(trial.path(), quiet_options()); });
    trial.check_no_leftovers();
    Store store = Store::open(trial.path(), quiet_options());
    CHECK(contents_of(store).empty());
    store.insert(sample_record(1).call);
    if (!failed) CHECK(Safekeeping(store).verify().ok());
  });
}

TEST_CASE("a store is opened, whatever step fails, and keeps all") {
  try_open("open", make_history);
}

TEST_CASE("the log that a kill left is recovered, whatever step fails") {
  try_open("open after a kill", make_killed_history);
}

TEST_CASE("an insert of one call") {
  every_step("insert", [](Trial& trial) { try_insert(trial, sample_batch(1)); });
}

TEST_CASE("an insert of a batch") {
  every_step("insert of 100", [](Trial& trial) { try_insert(trial, sample_batch(100)); });
}

TEST_CASE("a bulk insert that goes straight into blocks") {
  every_step("bulk insert", [](Trial& trial) { try_insert(trial, sample_batch(4'096)); });
}

TEST_CASE("a transition") {
  every_step("transition", [](Trial& trial) {
    make_history(trial.path());
    const CallKey key{"f-0", "running-1"};
    {
      Store store = Store::open(trial.path(), quiet_options());
      const auto step = [&] { store.transition(key, {.to = Status::success}); };
      const auto first = trial.failing(step);
      INFO("failed: " << trial.failure().description());
      const Status now = store.get(key).status;
      if (!first) CHECK(now == Status::success);
      if (first && *first != Errc::in_doubt) CHECK(now == Status::running);
      check_second_try(first, outcome(step));
    }
    CHECK(trial.reopened().at({"f-0", "running-1"}).call.status == Status::success);
  });
}

TEST_CASE("a call is removed") {
  every_step("remove", [](Trial& trial) {
    make_history(trial.path());
    {
      Store store = Store::open(trial.path(), quiet_options());
      const CallRecord gone = sample_record(0);
      const auto first = trial.failing([&] { store.remove(gone.call.key()); });
      INFO("failed: " << trial.failure().description());
      const bool there = store.find(gone.call.key()).has_value();
      if (!first) CHECK_FALSE(there);
      if (first && *first != Errc::in_doubt) CHECK(there);
      CHECK(store.find_log(gone.call.key()).has_value() == there);
    }
    CHECK(trial.reopened().size() >= 301 + history_waiting);
  });
}

TEST_CASE("reading tells the truth or that it failed") {
  every_step("reading", [](Trial& trial) {
    make_history(trial.path());
    const Store store = Store::open(trial.path(), quiet_options());
    trial.failing([&] {
      const CallList page = store.list({.fn_id = "f-1", .per_page = 30});
      CHECK(page.items.size() == 30);
      const Call call = store.get({"f-0", "000000"});
      CHECK(call.payload == "payload 0");
      const std::string log = store.get_log({"f-2", "000005"});
      CHECK(log == "line 5\n");
    });
    trial.failing([&] {
      const StoreInfo info = store.info();
      CHECK(info.calls == 302 + history_waiting);
      const Statistics statistics = store.statistics({});
      CHECK(statistics.all.calls() == 302 + history_waiting);
    });
    CHECK(contents_of(store).size() == 302 + history_waiting);
  });
}
