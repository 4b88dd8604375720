// Damage that SQLite itself does not see: the file is a sound database with wrong content. Whatever
// is read must be right or a `corrupt` error, and what the damage does not touch must be right.

#include "fnstore/safekeeping.h"
#include "fnstore/store.h"

#include "child_process.h"
#include "damaged_store.h"
#include "raw_database.h"
#include "sample_calls.h"
#include "scratch_folder.h"

#include <catch2/catch.hpp>
#include <fmt/format.h>
#include <functional>
#include <string>
#include <vector>

using namespace fnstore;

namespace {

using Names = std::vector<std::string>;

struct Damage {
  std::string name;
  std::function<void(RawDatabase&)> apply;
  Names corrupt{};  // readings that must end with `corrupt`
  Names right{};    // readings that must be right
};

Damage by_sql(const std::string& sql, const Names& corrupt = {}, const Names& right = {}) {
  return {sql, [sql](RawDatabase& raw) { raw.run(sql); }, corrupt, right};
}

const Names all_but_f{"list g", "list r", "list w", "find g", "find r", "log g", "log r"};
const Names all_but_r{"list f", "list g", "list w", "find f", "find g", "log f", "log g"};

std::string flipped(std::string bytes, std::size_t at) {
  bytes.at(at) = static_cast<char>(~bytes.at(at));
  return bytes;
}

/// Changes a BLOB; `where` picks the row.
Damage change_blob(const std::string& table, const std::string& column, const std::string& where,
                   const std::string& how, const std::function<std::string(std::string)>& change,
                   const Names& corrupt, const Names& right) {
  const std::string name = fmt::format("{}.{} where {}: {}", table, column, where, how);
  return {name,
          [=](RawDatabase& raw) {
            const std::string bytes =
                raw.text(fmt::format("SELECT {} FROM {} WHERE {}", column, table, where));
            raw.run_with_blob(fmt::format("UPDATE {} SET {} = ? WHERE {}", table, column, where),
                              change(bytes));
          },
          corrupt, right};
}

/// A part of a block of "f", damaged in several ways.
void add_part(std::vector<Damage>& all, const std::string& part, const Names& corrupt) {
  const std::string where = "body_no = 2";  // the second block of f
  const auto add = [&](const std::string& how,
                       const std::function<std::string(std::string)>& change) {
    all.push_back(change_blob("block_bodies", part, where, how, change, corrupt, all_but_f));
  };
  add("the first byte", [](const std::string& bytes) { return flipped(bytes, 0); });
  add("a byte in the middle",
      [](const std::string& bytes) { return flipped(bytes, bytes.size() / 2); });
  add("the last byte", [](const std::string& bytes) { return flipped(bytes, bytes.size() - 1); });
  add("cut short", [](const std::string& bytes) { return bytes.substr(0, bytes.size() / 2); });
  add("a byte more", [](const std::string& bytes) { return bytes + '\0'; });
  add("nothing", [](const std::string&) { return std::string(); });
}

std::vector<Damage> damaged_bodies() {
  std::vector<Damage> all;
  add_part(all, "columns", {"list f", "find f", "list all", "log f"});
  add_part(all, "texts", {"list f", "list all", "own messages of f", "a trigger of f"});
  add_part(all, "stats", {"list f", "list all"});
  all.push_back(by_sql("DELETE FROM block_bodies WHERE body_no = 2",
                       {"list f", "find f", "list all", "log f"}, all_but_f));
  all.push_back(
      by_sql("UPDATE block_bodies SET texts = NULL WHERE body_no = 2", {"list f"}, all_but_f));
  all.push_back(
      by_sql("UPDATE block_bodies SET stats = NULL WHERE body_no = 2", {"list f"}, all_but_f));
  return all;
}

std::vector<Damage> damaged_headers() {
  std::vector<Damage> all;
  for (const char* const change : {"min_id = '01'",
                                   "min_id = min_id || '0'",
                                   "max_id = min_id",
                                   "max_id = max_id || '0'",
                                   "max_id = ''",
                                   "calls = calls + 1",
                                   "calls = calls - 1",
                                   "calls = 0",
                                   "calls = -5",
                                   "calls = 9000000000000000000",
                                   "errors = 0",
                                   "errors = calls",
                                   "errors = -1",
                                   "cancelled = 0",
                                   "cancelled = calls",
                                   "type_mask = 0",
                                   "type_mask = 1",
                                   "min_app = 3",
                                   "max_app = 0",
                                   "min_created_ms = max_created_ms + 1000000000",
                                   "max_created_ms = min_created_ms - 1000000000",
                                   "min_created_ms = -9000000000000000000",
                                   "max_created_ms = 9000000000000000000",
                                   "body_no = 1",
                                   "body_no = 4",
                                   "body_no = 999",
                                   "body_no = -1",
                                   "checksum = checksum + 1",
                                   "checksum = 0"}) {
    all.push_back(
        by_sql(fmt::format("UPDATE call_blocks SET {} WHERE body_no = 2", change), {}, all_but_f));
  }
  all.push_back(by_sql("DELETE FROM call_blocks WHERE body_no = 2", {}, all_but_f));
  return all;
}

std::vector<Damage> damaged_groups() {
  std::vector<Damage> all;
  for (const char* const change :
       {"calls = 0", "calls = calls + 1", "errors = 0", "cancelled = 0", "type_mask = 0",
        "min_app = 3", "max_app = 0", "min_created_ms = max_created_ms + 1",
        "max_created_ms = min_created_ms - 1", "max_created_ms = 9000000000000000000",
        "fence_id = 'zzz'", "blocks = 1", "blocks = 100"}) {
    all.push_back(
        by_sql(fmt::format("UPDATE block_groups SET {} WHERE fn_no = 1", change), {}, all_but_f));
  }
  all.push_back(by_sql("DELETE FROM block_groups WHERE fn_no = 1", {}, all_but_f));
  return all;
}

std::vector<Damage> damaged_rows() {
  std::vector<Damage> all;
  const std::string row = "row_no = (SELECT max(row_no) - 20 FROM call_rows WHERE fn_no = 3)";
  for (const char* const change : {"status = 7",
                                   "status = -1",
                                   "status = 4294967299",
                                   "type = 9",
                                   "type = -1",
                                   "app_no = 999",
                                   "app_no = -1",
                                   "fn_no = 999",
                                   "fn_no = 0",
                                   "fn_no = -3",
                                   "created_ms = 9000000000000000000",
                                   "created_ms = -9000000000000000000",
                                   "started_ms = 9000000000000000000",
                                   "completed_ms = -9000000000000000000",
                                   "id = ''",
                                   "id = CAST(zeroblob(300) AS TEXT)",
                                   "id = CAST(x'ff00fe' AS TEXT)",
                                   "detail_no = -1",
                                   "detail_no = 999999",
                                   "log_no = -1",
                                   "log_no = 999999"}) {
    all.push_back(by_sql(fmt::format("UPDATE call_rows SET {} WHERE {}", change, row)));
  }
  const auto add = [&](const std::string& how, const std::string& bytes) {
    all.push_back(change_blob(
        "call_rows", "stats", "fn_no = 3 AND length(stats) > 1024", how,
        [=](const std::string&) { return bytes; }, {"list r", "find r"}, all_but_r));
    all.push_back(change_blob(
        "call_rows", "stats",
        "row_no = (SELECT min(row_no) FROM call_rows "
        "WHERE fn_no = 3 AND stats IS NOT NULL)",
        how, [=](const std::string&) { return bytes; }, {"list r", "find r"}, all_but_r));
  };
  add("of another version", "\x7f");
  add("garbage", "\x01garbage");
  add("a text", std::string(5'000, 'x'));
  return all;
}

std::vector<Damage> damaged_blobs() {
  std::vector<Damage> all;
  const auto add = [&](const std::string& how,
                       const std::function<std::string(std::string)>& change) {
    const Names lists{"list f", "list g", "list r", "list all", "info"};
    all.push_back(change_blob("call_details", "body",
                              "detail_no = (SELECT min(detail_no) FROM call_rows WHERE fn_no = 3 "
                              "AND detail_no > 0)",
                              how, change, {"find r"}, lists));
    all.push_back(change_blob("call_logs", "body",
                              "log_no = (SELECT min(log_no) FROM call_rows WHERE fn_no = 3 AND "
                              "log_no > 1)",
                              how, change, {"log r"}, lists));
  };
  add("an unknown method", [](const std::string&) { return std::string("\x09garbage"); });
  add("zstd that is none", [](const std::string&) { return std::string("\x01\x20garbage"); });
  add("a claim of much",
      [](const std::string&) { return "\x01\xff\xff\xff\x1f" + std::string(90, 'x'); });
  for (const char* const sql :
       {"DELETE FROM call_details", "UPDATE call_details SET body = x'00ff'"}) {
    all.push_back(by_sql(sql, {"find f", "find g", "find r"}, {"list f", "list g", "list all"}));
  }
  all.push_back(by_sql("DELETE FROM call_logs", {"log f", "log g", "log r"},
                       {"list f", "list g", "list all"}));
  return all;
}

std::vector<Damage> damaged_tables() {
  std::vector<Damage> all;
  for (const char* const sql : {"DELETE FROM store_state",
                                "UPDATE store_state SET commit_seq = -5",
                                "UPDATE store_state SET commit_seq = 0",
                                "UPDATE store_state SET blocks_seq = -1",
                                "UPDATE store_state SET blocks_seq = 0",
                                "UPDATE store_state SET blocks_seq = 999999",
                                "UPDATE store_state SET trimmed_to = 999999",
                                "UPDATE store_state SET trimmed_to = -1",
                                "UPDATE store_state SET next_row_no = 1",
                                "UPDATE store_state SET next_row_no = -1",
                                "UPDATE store_state SET next_row_no = 9000000000000000000",
                                "DELETE FROM fns WHERE fn_no = 1",
                                "DELETE FROM fns WHERE fn_no = 4",
                                "DELETE FROM fns",
                                "UPDATE fns SET fn_no = -fn_no",
                                "UPDATE fns SET fn_no = fn_no + 100 WHERE fn_no = 4",
                                "UPDATE fns SET fn_no = 0 WHERE fn_no = 1",
                                "UPDATE fns SET fn_no = -1 WHERE fn_no = 1",
                                "UPDATE fns SET packed_to = 999999",
                                "UPDATE fns SET packed_to = -1",
                                "UPDATE fns SET blocks_seq = 0",
                                "UPDATE fns SET blocks_seq = 999999",
                                "UPDATE fns SET max_block_id = NULL",
                                "UPDATE fns SET max_block_id = 'zzz'",
                                "UPDATE fns SET max_block_id = '0' WHERE fn_no = 1",
                                "UPDATE fns SET fn_id = '' WHERE fn_no = 3",
                                "DELETE FROM apps",
                                "DELETE FROM apps WHERE app_no = 1",
                                "UPDATE apps SET app_no = app_no + 100",
                                "UPDATE apps SET app_no = 0 WHERE app_no = 1",
                                "UPDATE apps SET app_no = -app_no"}) {
    all.push_back(by_sql(sql));
  }
  for (const char* const sql : {"DROP TABLE call_logs", "DROP TABLE store_state",
                                "DROP TABLE call_blocks", "DROP TABLE fns", "DROP TABLE call_rows",
                                "ALTER TABLE call_rows RENAME COLUMN status TO state",
                                "ALTER TABLE block_bodies RENAME COLUMN columns TO pillars"}) {
    all.push_back(by_sql(fmt::format("DROP VIEW recent_calls; {}", sql)));
  }
  return all;
}

std::string check(const Damage& damage, const std::map<std::string, ReadingResult>& results,
                  bool may_mislead) {
  std::string problem;
  for (const auto& [name, result] : results) {
    if (result.outcome == Outcome::wrong && !may_mislead) problem += name + ": a wrong answer; ";
    if (result.outcome == Outcome::other_error) problem += name + ": " + result.message + "; ";
    if (result.outcome == Outcome::other_exception) {
      problem += name + ": not an Error: " + result.message + "; ";
    }
  }
  for (const std::string& name : damage.corrupt) {
    if (results.at(name).outcome != Outcome::corrupt) problem += name + ": not corrupt; ";
  }
  for (const std::string& name : damage.right) {
    if (results.at(name).outcome == Outcome::corrupt) {
      problem += name + ": not touched, and yet " + results.at(name).message + "; ";
    }
  }
  return problem;
}

/// Whoever trusts a store that verify finds sound must not be misled by it.
std::string check_verified(bool found_sound, const std::map<std::string, ReadingResult>& results) {
  if (!found_sound) return {};
  for (const auto& [name, result] : results) {
    if (result.outcome != Outcome::right) return "verify is content, yet " + name + " is not right";
  }
  return {};
}

/// False as well for a file that verify refuses to look at.
bool is_found_sound(const std::string& path) {
  try {
    return Safekeeping::verify_file(path).ok();
  } catch (const Error&) {
    return false;
  }
}

/// `may_mislead`: what is damaged is a summary or a dictionary entry, which no checksum covers: a
/// value that could be right there is only found by comparing all with all. It must still end in an
/// answer or an Error.
void check_all(const std::vector<Damage>& damages, bool may_mislead = false) {
  const ScratchFolder folder;
  const std::string path = folder.path("history.db");
  make_sound_store(path);
  const Answers sound = read_sound_store(path);
  const std::string bytes = read_bytes(path);
  CHECK_FALSE(damages.empty());
  const auto verdicts = run_trials(damages.size(), 20, 100, [&](std::size_t n) {
    write_bytes(path, bytes);
    for (const char* const suffix : {"-wal", "-shm", "-lock"}) {
      std::filesystem::remove(path + suffix);
    }
    {
      RawDatabase raw(path);
      damages[n].apply(raw);
    }
    const bool found_sound = is_found_sound(path);
    const auto results = read_damaged_store(path, sound);
    return check(damages[n], results, may_mislead) + check_verified(found_sound, results);
  });
  for (const Verdict& verdict : verdicts) {
    FAIL_CHECK(damages[verdict.trial].name << ": " << verdict.problem);
  }
}

}  // namespace

TEST_CASE("a damaged block body is found where it is read") {
  check_all(damaged_bodies());
}

TEST_CASE("a damaged block header ends in an answer or an error") {
  check_all(damaged_headers(), true);
}

TEST_CASE("a damaged group of blocks ends in an answer or an error") {
  check_all(damaged_groups(), true);
}

TEST_CASE("a damaged row is found when it is loaded or read") {
  check_all(damaged_rows());
}

TEST_CASE("a damaged log or request is found by who asks for it, and listings go on") {
  check_all(damaged_blobs());
}

TEST_CASE("damaged dictionaries and states end in an answer or an error") {
  check_all(damaged_tables(), true);
}
