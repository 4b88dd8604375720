#include "walk.h"

#include "statistics_oracle.h"

#include <fmt/format.h>
#include <functional>
#include <stdexcept>

using namespace fnstore;

Walk::Walk(std::string path, std::uint64_t seed)
    : path_(std::move(path)), seed_(seed), random_(seed) {
  for (std::size_t which = 0; which < 2; ++which) reopen(which);
}

void Walk::fail(const std::string& what) const {
  throw std::runtime_error(fmt::format("seed {}, operation {}: {}", seed_, operation_, what));
}

void Walk::reopen(std::size_t which) {
  stores_[which].reset();
  StoreOptions options;
  options.durability = Durability::crash_safe;
  options.pack_after = 1 + random_.below(3'000);
  options.background_packing = random_.chance(50);
  stores_[which] = std::make_unique<Store>(Store::open(path_, options));
}

Store& Walk::store() {
  return *stores_[random_.below(2)];
}

/// Runs an action on the store and compares how it ended with how it should have.
void Walk::expect(std::optional<Errc> wanted, const std::string& what,
                  const std::function<void()>& action) {
  std::optional<Errc> got;
  std::string message;
  try {
    action();
  } catch (const Error& error) {
    got = error.code();
    message = error.what();
  }
  if (got == wanted) return;
  const auto name = [](std::optional<Errc> code) {
    return code ? std::string(to_string(*code)) : std::string("success");
  };
  fail(fmt::format("{}: expected {}, got {} {}", what, name(wanted), name(got), message));
}

void Walk::insert() {
  std::vector<CallRecord> records;
  const std::uint64_t kind = random_.below(20);
  if (kind < 12) {
    records = random_.batch(1, false, true);
  } else if (kind < 19) {
    records = random_.batch(1 + random_.below(40), random_.chance(50), random_.chance(50));
  } else {
    // Some are large enough to go into blocks at once.
    const std::uint64_t least = random_.chance(20) ? 4'200 : 100;
    records = random_.batch(least + random_.below(900), random_.chance(90), random_.chance(80));
  }
  const bool careful = random_.chance(70);
  if (careful) {  // most batches should go in: leave out what would be refused
    Oracle fresh;
    std::vector<CallRecord> kept;
    for (CallRecord& record : records) {
      InsertCounts counts;
      if (oracle_.find({record.call.fn_id, record.call.id}) != nullptr) continue;
      if (!fresh.insert({record}, OnConflict::error, counts)) kept.push_back(std::move(record));
    }
    records = std::move(kept);
  }
  const auto on_conflict = static_cast<OnConflict>(random_.chance(60) ? 0 : random_.below(3));
  InsertCounts wanted;
  InsertCounts got;
  const auto refused = oracle_.insert(records, on_conflict, wanted);
  expect(refused, "insert", [&] { got = store().insert(records, on_conflict); });
  if (got.inserted != wanted.inserted || got.skipped != wanted.skipped) {
    fail(fmt::format("insert counts {}/{} instead of {}/{}", got.inserted, got.skipped,
                     wanted.inserted, wanted.skipped));
  }
}

void Walk::change() {
  const Oracle::Key key = random_.key(oracle_);
  const CallKey store_key{key.first, key.second};
  const std::uint64_t kind = random_.below(10);
  if (kind < 6) {
    const Transition step = random_.step();
    const auto refused = oracle_.transition(key, step);
    expect(refused, "transition", [&] {
      const Call now = store().transition(store_key, step);
      if (now != oracle_.find(key)->call) fail("transition returned something else");
    });
  } else if (kind < 8) {
    const std::string log = random_.bytes(200);
    const auto refused = oracle_.put_log(key, log);
    expect(refused, "put_log", [&] { store().put_log(store_key, log); });
  } else {
    const auto refused = oracle_.remove(key);
    expect(refused, "remove", [&] { store().remove(store_key); });
  }
}

void Walk::maintain() {
  if (random_.chance(20)) {
    prune();
  } else if (random_.chance(10)) {
    store().compact();
  } else if (random_.chance(60)) {
    store().pack();
  } else {
    reopen(random_.below(2));
  }
}

void Walk::prune() {
  PruneRequest request = random_.prune();
  for (const bool dry_run : {true, false}) {
    request.dry_run = dry_run;
    const PruneResult wanted = oracle_.prune(request);
    const PruneResult got = store().prune(request);
    if (got.calls != wanted.calls || got.by_status != wanted.by_status ||
        got.functions != wanted.functions) {
      fail(fmt::format("prune ({}): {} calls of {} functions instead of {} of {}",
                       dry_run ? "dry run" : "for good", got.calls, got.functions, wanted.calls,
                       wanted.functions));
    }
  }
}

void Walk::check_statistics() {
  StatisticsRequest request;
  request.filter = random_.filter();
  request.by = static_cast<GroupBy>(random_.below(6));
  request.timeline_points = 1 + random_.below(50);
  const auto found =
      difference(store().statistics(request), oracle_.select(request.filter), request.by);
  if (found) fail("statistics: " + *found);
}

void Walk::check_single() {
  const Oracle::Key key = random_.key(oracle_);
  const CallRecord* const wanted = oracle_.find(key);
  const CallKey store_key{key.first, key.second};
  const std::optional<Call> got = store().find(store_key);
  if (got.has_value() != (wanted != nullptr)) {
    fail(fmt::format("find {} {}: {}", key.first, key.second, got ? "invented" : "missing"));
  }
  if (wanted == nullptr) return;
  if (*got != wanted->call) {
    fail(fmt::format("find differs: {} instead of {}", to_json(*got), to_json(wanted->call)));
  }
  if (store().find_log(store_key) != wanted->log) {
    fail(fmt::format("log of {} differs", key.second));
  }
}

void Walk::compare_views(const CallList& page, const CallViewList& views) {
  bool same = views.items.size() == page.items.size() && views.next_cursor == page.next_cursor;
  for (std::size_t i = 0; same && i < page.items.size(); ++i) {
    const CallView& view = views.items[i];
    const Call& call = page.items[i];
    same = view.id == call.id && view.fn_id == call.fn_id && view.app_id == call.app_id &&
           view.trigger_id == call.trigger_id && view.type == call.type &&
           view.status == call.status && view.error == call.error &&
           view.created_at == call.created_at && view.started_at == call.started_at &&
           view.completed_at == call.completed_at;
  }
  if (!same) fail("views show another page than the list of calls");
}

void Walk::check_page_walk() {
  CallFilter filter = random_.filter();
  const std::vector<Call> wanted = oracle_.select(filter);
  std::size_t at = 0;
  do {
    const CallList page = store().list(filter);
    if (page.items.size() > filter.per_page) fail("a page is too long");
    compare_views(page, store().list_views(filter));
    for (const Call& call : page.items) {
      if (at >= wanted.size()) fail("a page has a call too many: " + to_json(call));
      if (call != wanted[at]) {
        fail(fmt::format("call {} of a walk is {} instead of {}", at, to_json(call),
                         to_json(wanted[at])));
      }
      ++at;
    }
    const bool full = page.items.size() == filter.per_page;
    if (full == page.next_cursor.empty()) fail("next_cursor and a full page do not go together");
    filter.cursor = page.next_cursor;
    if (at > 300 && filter.per_page < 7) filter.per_page = 100;  // or long walks never end
  } while (!filter.cursor.empty());
  if (at != wanted.size()) fail(fmt::format("a walk ended after {} of {}", at, wanted.size()));
}

void Walk::check_everything() {
  std::vector<Call> all = oracle_.select({});
  for (const auto& one : stores_) {
    std::size_t at = 0;
    for (const Call& call : one->calls({})) {
      if (at >= all.size() || call != all[at]) fail("the whole history differs");
      ++at;
    }
    if (at != all.size()) fail("the whole history has gaps");
    const StoreInfo info = one->info();
    std::array<std::uint64_t, status_count> wanted{};
    for (const Call& call : all) ++wanted[static_cast<std::size_t>(call.status)];
    if (info.calls != all.size() || info.calls_by_status != wanted) fail("info counts differ");
  }
}

void Walk::verify() {
  const Verification found = Safekeeping(store()).verify();
  if (found.ok() && found.calls == oracle_.records().size()) return;
  if (found.problems.empty()) fail(fmt::format("verify counts {} calls", found.calls));
  fail("verify: " + found.problems.front().where + ": " + found.problems.front().what);
}

void Walk::operate() {
  const std::uint64_t kind = random_.below(100);
  if (kind < 35) {
    insert();
  } else if (kind < 65) {
    change();
  } else if (kind < 70) {
    maintain();
  } else if (kind < 89) {
    check_single();
  } else if (kind < 92) {
    check_statistics();
  } else {
    check_page_walk();
  }
}

void Walk::seed_large_function(std::size_t calls) {
  while (oracle_.records().size() < calls) {
    std::vector<CallRecord> kept;
    Oracle fresh;
    for (CallRecord& record : random_.batch(5'000, true, false)) {
      InsertCounts counts;
      record.call.fn_id = "large";
      if (oracle_.find({"large", record.call.id}) != nullptr) continue;
      if (!fresh.insert({record}, OnConflict::error, counts)) kept.push_back(std::move(record));
    }
    InsertCounts counts;
    oracle_.insert(kept, OnConflict::error, counts);
    store().insert(kept, OnConflict::error);
  }
}

void Walk::run(std::size_t operations) {
  for (std::size_t i = 0; i < operations; ++i) {
    ++operation_;
    operate();
  }
  check_everything();
  verify();
}
