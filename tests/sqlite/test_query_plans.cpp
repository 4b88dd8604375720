// Every statement that the library runs, held against SQLite's own plan for it.

#include "fnstore/change_feed.h"
#include "fnstore/queue.h"
#include "fnstore/retention.h"
#include "fnstore/safekeeping.h"
#include "fnstore/sql.h"
#include "fnstore/statistics.h"
#include "fnstore/store.h"

#include "library_statements.h"
#include "raw_database.h"
#include "refusal.h"
#include "sample_calls.h"
#include "scratch_folder.h"
#include "statement_log.h"

#include <catch2/catch.hpp>
#include <cstdlib>
#include <functional>
#include <regex>
#include <set>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

using namespace fnstore;

namespace {

constexpr std::uint32_t packed = 70'000;  // some groups of blocks

std::string store_of_version_4() {
  const char* const source = std::getenv("FNSTORE_SOURCE");
  if (source == nullptr) throw std::runtime_error("FNSTORE_SOURCE is not set");
  return std::string(source) + "/tests/data/schema-4.db";
}

void fill(Store& store) {
  for (std::uint32_t n = 0; n < packed; n += 10'000) {
    std::vector<Call> calls;
    for (std::uint32_t i = n; i < n + 10'000; ++i) calls.push_back(sample_call("f", 2 * i));
    store.insert(calls);  // straight into blocks
  }
  for (std::uint32_t n = 0; n < 40; ++n) store.insert(foreign_call("g", n));
  store.insert(sample_records("h", 0, 100), OnConflict::error);
  store.insert(sample_call("f", 1));  // between the packed ones
  Call large = sample_call("h", 500);
  for (int i = 0; i < 240; ++i) {
    large.stats.push_back({*large.created_at + std::chrono::seconds(i),
                           {{"cpu_total", 0x123456789abcdefULL * static_cast<unsigned>(i)}}});
  }
  store.insert(large);
}

void change(Store& store, std::uint32_t n) {
  const Call waiting = waiting_call("w", n, Status::delayed);
  store.insert(waiting);
  for (const Status to : {Status::queued, Status::running, Status::success}) {
    store.transition(waiting.key(), {.to = to});
  }
  store.put_log({"h", sample_call("h", 4).id}, "once");
  store.put_log({"h", sample_call("h", 4).id}, "twice");
  store.put_log({"f", sample_call("f", 20).id}, "of a packed call");
  store.remove({"h", sample_call("h", 40 + n).id});
  store.remove({"f", sample_call("f", 40 + 2 * n).id});
  // Packed already, so rewritten; one of a batch that is refused, so taken back.
  const auto records = sample_records("h", 0, 10);
  store.insert(records, OnConflict::replace);
  CHECK(refusal([&] { store.insert(records, OnConflict::error); }).code() == Errc::conflict);
}

void list(const Store& store) {
  const Timestamp from = *sample_call("f", 60'000).created_at;
  const std::vector<std::function<void(CallFilter&)>> narrowings{
      [](CallFilter&) {},
      [&](CallFilter& filter) { filter.from_time = from; },
      [&](CallFilter& filter) { filter.to_time = from; },
      [](CallFilter& filter) {
        filter.status = {Status::error, Status::cancelled};
      },
      [](CallFilter& filter) { filter.type = CallType::async; },
      [](CallFilter& filter) { filter.app_id = "app-2"; },
      [](CallFilter& filter) { filter.trigger_id = "trigger-3"; },
      [](CallFilter& filter) { filter.error = "time"; },
  };
  for (const char* const fn_id : {"f", "g", "h", "w", ""}) {
    for (const auto& narrow : narrowings) {
      CallFilter filter;
      filter.fn_id = fn_id;
      narrow(filter);
      for (int pages = 0; pages < 3; ++pages) {
        const CallList page = store.list(filter);
        filter.cursor = page.next_cursor;
        if (filter.cursor.empty()) break;
      }
    }
  }
}

void look_up(const Store& store) {
  for (const char* const fn_id : {"f", "h"}) {
    for (const std::uint32_t n : {0U, 4U, 12U, 500U, 999'999U}) {
      store.find({fn_id, sample_call(fn_id, n).id});
      store.find_log({fn_id, sample_call(fn_id, n).id});
    }
  }
  store.info();
}

/// What users may ask. A statement of theirs begins with a comment: only the library's are
/// reviewed.
void ask(const Store& store) {
  const std::string early = "'" + sample_call("f", 400).id + "'";
  for (const std::string& rest :
       {std::string("SELECT error, stats, app_name FROM calls ORDER BY id DESC LIMIT 900"),
        "SELECT id, trigger_id FROM calls WHERE fn_id = 'f' AND id > " + early +
            " AND created_at > '2019' ORDER BY id LIMIT 9",
        std::string("SELECT error, stats, app_id FROM calls WHERE fn_id = 'h'"),
        std::string("SELECT count(*) FROM functions, blocks"),
        std::string("SELECT sum(bytes) FROM block_columns"),
        std::string("SELECT bytes FROM block_columns WHERE fn_id = 'f'")}) {
    run_sql(store, "/* a user's */ " + rest, [](const SqlRow&) {});
  }
}

/// Removes a function's calls one by one, so that blocks and a group go.
void empty_function(Store& store, const std::string& fn_id) {
  for (const Call& call : walk(store, {.fn_id = fn_id})) store.remove(call.key());
}

/// A life of the queue: each way a call can go.
void run_queue(Store& store) {
  Queue queue(store);
  const Worker worker = Queue::new_worker(std::chrono::hours(1));
  for (std::uint32_t n = 0; n < 6; ++n) {
    Submission submission;
    submission.call = waiting_call("q", n, n == 3 ? Status::delayed : Status::queued);
    submission.call.type = CallType::async;
    submission.call.created_at.reset();
    submission.call.delay = n == 3 ? 1 : 0;
    submission.runner = n == 2 ? Runner::command : Runner::function;
    submission.idempotency_key = "key " + std::to_string(n);
    queue.submit(submission);
  }
  std::this_thread::sleep_for(std::chrono::milliseconds(1'050));
  queue.sweep();
  const auto claims = queue.claim(worker, {.functions = {{"q", 9}}, .commands = 9, .most = 9});
  CHECK(claims.size() == 6);
  queue.settle(worker, claims.at(0).call.key(), 1, {.step = {.to = Status::queued}});
  queue.settle(worker, claims.at(1).call.key(), 1,
               {.step = {.to = Status::success}, .log = "log", .result = "result"});
  queue.cancel(claims.at(2).call.key());
  queue.renew(worker);
  CHECK(queue.find_result(claims.at(1).call.key()) == "result");
  CHECK(queue.held(worker).size() == 3);
  queue.close(worker);
}

/// What administrators do.
void tidy(Store& store) {
  for (const char* const fn_id : {"f", ""}) {
    StatisticsRequest request{.filter = {.fn_id = fn_id, .error = "e"}, .timeline_points = 20};
    CHECK(store.statistics(request).all.calls() > 0);
  }
  ChangeFeed feed(store);
  store.insert(sample_call("h", 900));
  CHECK(feed.next({}).size() == 1);
  const Timestamp before = *sample_call("f", 2'000).created_at;
  CHECK(store.prune({.fn_id = "f", .before = before, .keep_last = 10, .dry_run = true}).calls > 0);
  CHECK(store.prune({.fn_id = "f", .before = before}).calls > 0);
  CHECK(store.prune({.status = {Status::error}, .keep_last = 5}).calls > 0);
  CHECK(store.prune({.fn_id = "f", .max_bytes = 400'000}).calls > 0);
  store.set_retention_policy({{{"h", Status::error, std::chrono::hours(1), 5}}, 1U << 30U});
  CHECK(store.retention_policy().rules.size() == 1);
  store.compact();
}

/// A policy is looked for when a store was opened for writing, and by the first write.
void apply_policy(const std::string& path) {
  StoreOptions options = quiet_options();
  options.background_packing = true;
  Store store = Store::open(path, options);
  store.insert(sample_call("h", 901));
  for (int i = 0; i < 500 && !store.list({.fn_id = "h", .status = {Status::error}}).items.empty();
       ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
}

/// The texts of all statements that a life of a store runs.
const std::set<std::string>& statements_that_ran() {
  static const std::set<std::string> ran = [] {
    const ScratchFolder folder;
    const StatementLog log;
    {
      Store store = Store::open(folder.path("history.db"), quiet_options());
      fill(store);
      change(store, 1);
      run_queue(store);
      list(store);
      look_up(store);
      store.pack();
      change(store, 2);
      list(store);
      look_up(store);
      ask(store);
      empty_function(store, "g");
      store.pack();
      tidy(store);
    }
    apply_policy(folder.path("history.db"));
    Store reopened = Store::open(folder.path("history.db"), quiet_options());
    reopened.insert(sample_records("batched", 0, 100), OnConflict::error);
    list(reopened);
    look_up(reopened);
    CHECK(Safekeeping(reopened).verify().ok());
    CHECK(Safekeeping(reopened).backup(folder.path("copy.db")));
    CHECK(Safekeeping::verify_file(store_of_version_4()).ok());  // what it asks of older stores
    return log.statements();
  }();
  return ran;
}

bool has_plan(const std::string& statement) {
  static const std::regex plain("^\\s*(SELECT|INSERT|UPDATE|DELETE|WITH|REPLACE)\\b.*");
  return std::regex_match(statement, plain);
}

/// Scans that were looked at and are meant, by the constant's text.
bool is_reviewed(const std::string& statement, const std::string& step) {
  // Which functions' blocks changed: a narrow table, read only after blocks did.
  if (step == "SCAN fns") return statement.find("FROM fns WHERE blocks_seq >") != std::string::npos;
  // A policy is read whole, and is short.
  if (step == "SCAN retention_rules") return true;
  // One row for each worker that lives.
  if (step == "SCAN queue_workers") return true;
  // What all blocks take up: users ask for just that.
  if (step == "SCAN b") return statement.find("length(p.stats)") != std::string::npos;
  // The names of the tables there are: some twenty.
  if (step == "SCAN main.sqlite_schema") return true;
  // A partial index that holds what waits, read from its front up to a LIMIT.
  if (step == "SCAN queue USING INDEX queue_commands") return true;
  // info sums up all groups, which is one row for some 65 000 calls.
  return step == "SCAN block_groups" &&
         statement.find("ORDER BY fn_no, fence_id") != std::string::npos;
}

}  // namespace

TEST_CASE("no statement scans a table of calls, sorts, or takes columns unnamed") {
  const ScratchFolder folder;
  const std::string path = folder.path("history.db");
  { Store::open(path, quiet_options()); }
  RawDatabase raw(path);
  for (const std::string& statement : statements_that_ran()) {
    if (!has_plan(statement)) continue;
    INFO(statement);
    CHECK(statement.find('*') == std::string::npos);
    for (const RawDatabase::Row& row : raw.rows("EXPLAIN QUERY PLAN " + statement)) {
      const std::string& step = row.at(3);
      INFO(step);
      CHECK(step.find("TEMP B-TREE") == std::string::npos);
      CHECK(step.find("AUTOMATIC") == std::string::npos);
      if (step.rfind("SCAN", 0) == 0) CHECK(is_reviewed(statement, step));
    }
  }
}

TEST_CASE("the workload runs every statement that the library has") {
  const auto known = library_statements();
  CHECK(known.size() > 30);
  for (const auto& [name, text] : known) {
    INFO(name << ": " << text);
    CHECK(statements_that_ran().count(text) == 1);
  }
}

// The review must be able to fail.
TEST_CASE("a plan that scans or sorts is told from one that does not") {
  const ScratchFolder folder;
  const std::string path = folder.path("history.db");
  { Store::open(path, quiet_options()); }
  RawDatabase raw(path);
  const auto plan = [&](const std::string& statement) {
    std::string all;
    for (const auto& row : raw.rows("EXPLAIN QUERY PLAN " + statement)) all += row.at(3) + '\n';
    return all;
  };
  CHECK(plan("SELECT id FROM call_rows WHERE id = 'a'").rfind("SCAN call_rows", 0) == 0);
  CHECK(plan("SELECT row_no FROM call_rows ORDER BY id").find("TEMP B-TREE") != std::string::npos);
  CHECK(plan("SELECT id FROM call_rows WHERE row_no > 4 ORDER BY row_no").rfind("SEARCH", 0) == 0);
  CHECK(has_plan("SELECT 1 FROM fns"));
  CHECK_FALSE(is_reviewed("SELECT id FROM call_rows", "SCAN call_rows"));
}
