// Stores written by earlier releases, kept in tests/data: each must open, hold exactly what was
// recorded, and go on from there.

#include "fnstore/queue.h"
#include "fnstore/safekeeping.h"
#include "fnstore/store.h"

#include "frozen_history.h"
#include "raw_database.h"
#include "sample_calls.h"
#include "scratch_folder.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

using namespace fnstore;

namespace {

std::vector<std::string> frozen_files() {
  const char* const source = std::getenv("FNSTORE_SOURCE");
  if (source == nullptr) throw std::runtime_error("FNSTORE_SOURCE is not set");
  std::vector<std::string> found;
  for (const auto& entry :
       std::filesystem::directory_iterator(std::filesystem::path(source) / "tests/data")) {
    if (entry.path().extension() == ".db") found.push_back(entry.path().string());
  }
  std::sort(found.begin(), found.end());
  return found;
}

std::vector<Call> listed_newest_first(const std::vector<CallRecord>& records) {
  std::vector<Call> calls;
  for (const CallRecord& record : records) calls.push_back(listed(record.call));
  std::sort(calls.begin(), calls.end(), [](const Call& a, const Call& b) {
    return a.id != b.id ? a.id > b.id : a.fn_id > b.fn_id;
  });
  return calls;
}

void check_contents(const Store& store, const std::vector<CallRecord>& records) {
  CHECK((walk(store, {}) == listed_newest_first(records)));
  for (const CallRecord& record : records) {
    INFO(record.call.fn_id << ' ' << record.call.id);
    CHECK((store.get(record.call.key()) == record.call));
    CHECK((store.find_log(record.call.key()) == record.log));
  }
}

void check_filters(const Store& store, const std::vector<CallRecord>& records) {
  const auto expect = [&](const CallFilter& filter, auto&& keep) {
    std::vector<CallRecord> kept;
    std::copy_if(records.begin(), records.end(), std::back_inserter(kept),
                 [&](const CallRecord& record) { return keep(record.call); });
    CHECK((walk(store, filter) == listed_newest_first(kept)));
    CHECK_FALSE(kept.empty());
  };
  const Timestamp from = *records[100].call.created_at;
  expect({.fn_id = "generated"}, [](const Call& call) { return call.fn_id == "generated"; });
  expect({.status = {Status::error, Status::running}}, [](const Call& call) {
    return call.status == Status::error || call.status == Status::running;
  });
  expect({.from_time = from}, [&](const Call& call) { return *call.created_at > from; });
  expect({.to_time = from}, [&](const Call& call) { return *call.created_at < from; });
  expect({.app_id = "app-2"}, [](const Call& call) { return call.app_id == "app-2"; });
  expect({.trigger_id = "trigger-1"},
         [](const Call& call) { return call.trigger_id == "trigger-1"; });
  expect({.error = "exit"},
         [](const Call& call) { return call.error.find("exit") != std::string::npos; });
}

/// The queue goes on as well: what waited is handed out, and its key is known.
void check_queue(Store& store, const std::vector<Submission>& submissions) {
  Queue queue(store);
  const Worker worker = Queue::new_worker(std::chrono::hours(1));
  const auto claims = queue.claim(worker, {.functions = {{"waiting", 9}}, .most = 9});
  CHECK(claims.size() == (submissions.empty() ? 0 : 1));
  for (const Claim& claim : claims) {
    CHECK(claim.call.id == submissions[0].call.id);
    CHECK(claim.call.payload == submissions[0].call.payload);
    Submission again = submissions[0];
    again.call.id = "again";
    CHECK(queue.submit(again) == claim.call.id);
  }
  queue.close(worker);
}

}  // namespace

TEST_CASE("a store of every released schema is there, and small") {
  const std::vector<std::string> files = frozen_files();
  CHECK(files.size() == 5);
  for (std::size_t i = 0; i < files.size(); ++i) {
    CHECK_THAT(files[i], Catch::EndsWith("schema-" + std::to_string(i + 1) + ".db"));
    CHECK(size_of_file(files[i]) < 160 * 1'024);
    const std::string bytes = read_bytes(files[i]);
    CHECK(bytes.substr(0, 15) == "SQLite format 3");
    CHECK(bytes.substr(68, 4) == "fnst");
    CHECK(static_cast<std::size_t>(bytes[63]) == i + 1);  // user_version, its last byte
  }
}

TEST_CASE("a store of an earlier release holds exactly what was recorded, and goes on") {
  int version = 0;
  for (const std::string& file : frozen_files()) {
    INFO(file);
    const std::vector<CallRecord> records = frozen_history(++version);
    const ScratchFolder folder;
    const std::string path = folder.path("history.db");
    write_bytes(path, read_bytes(file));
    CHECK(Safekeeping::verify_file(path).ok());  // as it is, with the tables of its version
    {
      Store store = Store::open(path, quiet_options());
      CHECK(store.info().calls == records.size());
      check_contents(store, records);
      check_filters(store, records);
      // It goes on: with a call between packed ones, a change of a packed one, and a packing.
      const Call added = sample_call("generated", 500'000);
      store.insert(added);
      store.put_log(records[3].call.key(), "a new log");
      store.pack();
      CHECK(store.get(added.key()) == added);
      CHECK(store.get_log(records[3].call.key()) == "a new log");
      store.remove(added.key());
      store.remove(records[4].call.key());
      CHECK(store.info().calls == records.size() - 1);
      check_queue(store, frozen_queue(version));
      CHECK(store.retention_policy() == frozen_policy(version));
    }
    const Store reopened = Store::open(path, quiet_options());
    CHECK(reopened.info().schema_version ==
          Store::open(folder.path("new.db")).info().schema_version);
    CHECK(walk(reopened, {}).size() == records.size() - 1);
    CHECK(RawDatabase(path).text("PRAGMA integrity_check") == "ok");
    CHECK(Safekeeping(reopened).verify().ok());
  }
}
