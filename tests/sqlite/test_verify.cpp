// What verify finds: each kind of damage by its place, and nothing in a sound store.

#include "fnstore/queue.h"
#include "fnstore/safekeeping.h"

#include "damaged_store.h"
#include "raw_database.h"
#include "refusal.h"
#include "sample_calls.h"
#include "scratch_folder.h"

#include <catch2/catch.hpp>
#include <string>
#include <vector>

using namespace fnstore;

namespace {

/// make_sound_store() with two calls in the queue, one of them ended with a result.
void make_store_with_queue(const std::string& path) {
  make_sound_store(path);
  Store store = Store::open(path, quiet_options());
  Queue queue(store);
  for (std::uint32_t n = 0; n < 3; ++n) {
    Submission submission;
    submission.call = waiting_call("q", n);
    submission.call.type = CallType::async;
    submission.idempotency_key = "key " + std::to_string(n);
    queue.submit(submission);
  }
  const Worker worker = Queue::new_worker(std::chrono::hours(1));
  const auto claims = queue.claim(worker, {.functions = {{"q", 2}}, .most = 2});
  queue.settle(worker, claims.at(0).call.key(), 1,
               {.step = {.to = Status::success}, .result = "result"});
}

std::string text_of_problems(const Verification& found) {
  std::string text;
  for (const Problem& problem : found.problems) text += problem.where + ": " + problem.what + '\n';
  return text;
}

struct KnownDamage {
  std::string sql;
  std::string where;  // both stand in some problem
  std::string what;
};

const std::vector<KnownDamage>& damages_of_calls() {
  static const std::vector<KnownDamage> all{
      {"UPDATE store_state SET next_detail_no = 5", "call_details: number", "not below 5"},
      {"UPDATE store_state SET next_log_no = 5", "call_logs: number", "not below 5"},
      {"UPDATE store_state SET next_row_no = 1802", "call_rows", "not below 1802"},
      {"UPDATE store_state SET next_body_no = 2", "block_bodies: number", "not below 2"},
      {"UPDATE fns SET fn_no = 50 WHERE fn_no = 5", "fns: number 50", "gap"},
      {"UPDATE fns SET packed_to = 999999 WHERE fn_no = 4", "fns: number 4", "packed_to"},
      {"UPDATE fns SET blocks_seq = 0 WHERE fn_no = 1", "fns: number 1", "blocks_seq is 0"},
      {"UPDATE store_state SET blocks_seq = blocks_seq + 1", "store_state", "blocks_seq"},
      {"UPDATE fns SET max_block_id = 'zzz' WHERE fn_no = 1", "fns: function \"f\"", "greatest"},
      {"UPDATE fns SET max_block_id = NULL WHERE fn_no = 1", "fns: function \"f\"", "greatest"},
      {"UPDATE apps SET app_no = 77 WHERE app_no = 2", "apps: number", "gap"},
      {"DELETE FROM apps WHERE app_no = (SELECT max(app_no) FROM apps)", "call", "its app"},
      {"DELETE FROM call_details WHERE detail_no = 3", "call_blocks: function \"f\"",
       "its request fields, number 3"},
      {"DELETE FROM call_logs WHERE log_no = 3", "call_blocks: function \"f\"", "its log"},
      {"INSERT INTO call_details (detail_no, body) VALUES (-7, x'00')", "call_details: number -7",
       "not below"},
      {"UPDATE store_state SET next_log_no = 99999;"
       "INSERT INTO call_logs (log_no, body) VALUES (88888, x'0041')",
       "call_logs: number 88888", "belongs to nothing"},
      {"UPDATE call_logs SET body = x'09' WHERE log_no = 4", "call_logs: number 4", "method"},
      {"UPDATE call_details SET body = x'00ff' WHERE detail_no = 4", "call_details: number 4",
       "request"},
      {"UPDATE call_rows SET detail_no = (SELECT min(detail_no) FROM call_rows WHERE fn_no = 3 "
       "AND detail_no > 0) WHERE fn_no = 3 AND detail_no > 0",
       "call_rows: function \"r\"", "belongs to another"},
      {"DELETE FROM block_bodies WHERE body_no = 2", "function \"f\", ids", "its body, number 2"},
      {"UPDATE store_state SET next_body_no = 99; INSERT INTO block_bodies (body_no, columns) "
       "VALUES (50, x'00')",
       "block_bodies: number 50", "belongs to nothing"},
      {"UPDATE call_blocks SET body_no = 1 WHERE body_no = 2", "body 1", "belongs to another"},
      {"UPDATE call_blocks SET errors = errors + 1 WHERE body_no = 2", "body 2", "errors"},
      {"UPDATE call_blocks SET calls = calls + 4294967296 WHERE body_no = 2", "body 2", "calls"},
      {"UPDATE call_blocks SET min_app = 0, max_app = 99 WHERE body_no = 2", "body 2", "max_app"},
      {"UPDATE call_blocks SET max_created_ms = max_created_ms + 1 WHERE body_no = 2", "body 2",
       "max_created_ms"},
      {"UPDATE call_blocks SET checksum = checksum + 1 WHERE body_no = 2", "body 2", "checksum"},
      {"UPDATE call_blocks SET max_id = 'zzz' WHERE body_no = 1", "body 2", "overlaps"},
      {"DELETE FROM call_blocks WHERE body_no = 2", "block_groups", "blocks"},
      {"UPDATE block_groups SET calls = calls - 1 WHERE fn_no = 1", "block_groups: function \"f\"",
       "calls"},
      {"UPDATE block_groups SET type_mask = 1 WHERE fn_no = 1", "block_groups", "type_mask"},
      {"UPDATE block_groups SET fence_id = '1' WHERE fn_no = 1", "block_groups", "beginning"},
      {"DELETE FROM block_groups WHERE fn_no = 1", "block_groups", "the groups hold"},
      {"UPDATE call_rows SET status = 7 WHERE row_no = (SELECT max(row_no) FROM call_rows)",
       "call_rows", "status 7"},
      {"UPDATE call_rows SET fn_no = 99 WHERE row_no = (SELECT max(row_no) FROM call_rows)",
       "call_rows: function number 99", "function is not there"},
      {"UPDATE call_rows SET app_no = 99 WHERE row_no = (SELECT max(row_no) FROM call_rows)",
       "call_rows", "its app"},
      {"UPDATE call_rows SET stats = x'7f' WHERE fn_no = 3 AND stats IS NOT NULL",
       "call_rows: function \"r\"", "version"},
      {"UPDATE call_rows SET error = 'why' WHERE fn_no = 4", "call_rows: function \"w\"", "error"},
      {"UPDATE call_rows SET id = (SELECT min_id FROM call_blocks WHERE fn_no = 1 ORDER BY min_id "
       "LIMIT 1), fn_no = 1 WHERE row_no = (SELECT max(row_no) FROM call_rows WHERE fn_no = 4)",
       "call_rows: function \"f\"", "in a block as well"},
      {"UPDATE call_rows SET id = (SELECT max(id) FROM call_rows WHERE fn_no = 4) WHERE fn_no = 4",
       "call_rows: function \"w\"", "another row"},
      {"DROP VIEW recent_calls; DROP TABLE call_logs", "call_logs", "no such table"},
  };
  return all;
}

const std::vector<KnownDamage>& damages_of_the_queue() {
  static const std::vector<KnownDamage> all{
      {"DELETE FROM call_rows WHERE fn_no = 5 AND status = 1", "queue: function \"q\"",
       "not there"},
      {"UPDATE queue SET state = 0 WHERE state = 1", "queue: function \"q\"", "does not fit"},
      {"UPDATE queue SET priority = 3 WHERE state = 1", "queue: function \"q\"", "priority 3"},
      {"UPDATE queue SET worker_no = 4 WHERE state = 1", "queue", "worker"},
      {"DELETE FROM queue_workers", "queue: function \"q\"", "no lease"},
      {"UPDATE idempotency_keys SET id = 'nobody' WHERE idempotency_key = 'key 1'",
       "idempotency_keys: function \"q\", key \"key 1\"", "not there"},
      {"UPDATE call_results SET id = 'nobody'", "call_results: function \"q\"", "not there"},
      {"UPDATE call_results SET body = x'09'", "call_results: function \"q\"", "method"},
  };
  return all;
}

}  // namespace

TEST_CASE("verify finds nothing in a sound store and counts what is there") {
  const ScratchFolder folder;
  const std::string path = folder.path("history.db");
  make_store_with_queue(path);
  const Store store = Store::open(path, quiet_options());
  std::uint64_t last = 0;
  std::uint64_t total_seen = 0;
  const Verification found =
      Safekeeping(store).verify([&](std::uint64_t done, std::uint64_t total) {
        CHECK(done >= last);
        CHECK(done <= total);
        last = done;
        total_seen = total;
        return true;
      });
  INFO(text_of_problems(found));
  CHECK(found.ok());
  CHECK(found.calls == store.info().calls);
  CHECK(found.damaged_calls == 0);
  CHECK(found.blocks ==
        static_cast<std::uint64_t>(RawDatabase(path).number("SELECT count(*) FROM call_blocks")));
  CHECK(found.rows >= 61 + 12 + 3);
  CHECK(found.details > 500);
  CHECK(found.logs > 250);
  CHECK(last == total_seen);
  CHECK(last > 0);
}

TEST_CASE("verify says where each damage is and what is wrong") {
  const ScratchFolder folder;
  const std::string path = folder.path("history.db");
  make_store_with_queue(path);
  const std::string bytes = read_bytes(path);
  std::vector<KnownDamage> damages = damages_of_calls();
  damages.insert(damages.end(), damages_of_the_queue().begin(), damages_of_the_queue().end());
  for (const KnownDamage& damage : damages) {
    INFO(damage.sql);
    write_bytes(path, bytes);
    { RawDatabase(path).run(damage.sql); }
    const Verification found = Safekeeping::verify_file(path);
    const std::string text = text_of_problems(found);
    INFO(text);
    CHECK_FALSE(found.ok());
    bool named = false;
    for (const Problem& problem : found.problems) {
      named = named || (problem.where.find(damage.where) != std::string::npos &&
                        problem.what.find(damage.what) != std::string::npos);
    }
    CHECK(named);
  }
}

TEST_CASE("verify tells what still reads apart from what does not") {
  const ScratchFolder folder;
  const std::string path = folder.path("history.db");
  make_sound_store(path);
  const std::uint64_t calls = Safekeeping::verify_file(path).calls;
  std::uint64_t in_block = 0;
  {
    RawDatabase raw(path);
    in_block =
        static_cast<std::uint64_t>(raw.number("SELECT calls FROM call_blocks WHERE body_no = 2"));
    raw.run("UPDATE block_bodies SET columns = x'00' WHERE body_no = 2");
  }
  const Verification found = Safekeeping::verify_file(path);
  CHECK(found.problem_count == 1);
  CHECK(found.damaged_calls == in_block);
  CHECK(found.calls == calls - in_block);
  const Store store = Store::open(path, quiet_options());
  CHECK(Safekeeping(store).verify().problem_count == 1);
  CHECK(walk(store, {.fn_id = "g"}).size() == 300);
}

TEST_CASE("verify keeps the first thousand problems and counts them all") {
  const ScratchFolder folder;
  const std::string path = folder.path("history.db");
  {
    Store store = Store::open(path, quiet_options());
    std::vector<CallRecord> records = sample_records("f", 0, 1'500);
    for (CallRecord& record : records) record.log = "a log";
    store.insert(records, OnConflict::error);
  }
  { RawDatabase(path).run("UPDATE call_logs SET body = x'09'"); }
  const Verification found = Safekeeping::verify_file(path);
  CHECK(found.problem_count == 1'500);
  CHECK(found.problems.size() == Verification::most_problems);
}

TEST_CASE("verify stops when it is asked to, and passes on what the question throws") {
  const ScratchFolder folder;
  const std::string path = folder.path("history.db");
  make_sound_store(path);
  const Store store = Store::open(path, quiet_options());
  const Verification found =
      Safekeeping(store).verify([](std::uint64_t, std::uint64_t) { return false; });
  CHECK(found.stopped);
  CHECK_FALSE(found.ok());
  CHECK_THROWS_AS(Safekeeping(store).verify(
                      [](std::uint64_t, std::uint64_t) -> bool { throw std::logic_error("mine"); }),
                  std::logic_error);
  CHECK(Safekeeping(store).verify().ok());
}

TEST_CASE("verify of a file that is no store throws as open does, and leaves it as it was") {
  const ScratchFolder folder;
  const std::string path = folder.path("history.db");
  CHECK(refusal([&] { Safekeeping::verify_file(path); }).code() == Errc::not_found);
  write_bytes(path, std::string(5'000, 'x'));
  CHECK(refusal([&] { Safekeeping::verify_file(path); }).code() == Errc::corrupt);
  CHECK(folder.names() == "history.db");
  std::filesystem::remove(path);
  make_sound_store(path);
  const auto before = folder.contents();
  CHECK(Safekeeping::verify_file(path).ok());
  CHECK((folder.contents() == before));
}
