#include "sqlite/verification.h"

#include "fnstore/error.h"

#include "model/quote.h"
#include "sqlite/catch_up.h"
#include "sqlite/database_file.h"
#include "sqlite/errors.h"
#include "sqlite/file_identity.h"
#include "sqlite/lock_file.h"
#include "sqlite/schema.h"
#include "sqlite/verification_parts.h"

#include <fmt/format.h>
#include <limits>
#include <memory>
#include <new>
#include <sqlite3.h>
#include <sys/stat.h>

namespace fnstore::sqlite {
namespace {

constexpr const char* sql_integrity = "PRAGMA integrity_check(1000)";

constexpr std::string_view advice = ": restore it from a backup";

/// Messages for those who meet damage while they work end with what to do; a list of findings
/// says that once.
std::string without_advice(std::string text) {
  for (const std::string_view ending : {advice, std::string_view(": the file is damaged"),
                                        std::string_view("; the file is damaged")}) {
    if (text.ends_with(ending)) text.resize(text.size() - ending.size());
  }
  return text;
}

std::uint64_t size_of(const std::string& path) {
  struct stat status {};
  return ::stat(path.c_str(), &status) == 0 ? static_cast<std::uint64_t>(status.st_size) : 0;
}

}  // namespace

void VerificationRun::add_problem(std::string where, std::string what) {
  ++found_.problem_count;
  if (found_.problems.size() >= Verification::most_problems) return;
  found_.problems.push_back({std::move(where), without_advice(std::move(what))});
}

/// Whatever ends a part early is a finding, and the next part goes on.
void VerificationRun::check_part(const char* table, const std::function<void()>& check) {
  try {
    check();
  } catch (const SQLite::Exception& failure) {
    meter_.rethrow();
    if ((failure.getErrorCode() & 0xff) == SQLITE_NOMEM) throw std::bad_alloc();
    is_partly_unread_ = true;
    add_problem(table, fmt::format("cannot be read to its end ({})", failure.what()));
  } catch (const Error& error) {
    is_partly_unread_ = true;
    add_problem(table, error.what());
  }
}

const VerificationRun::KnownFunction* VerificationRun::function(std::int64_t fn_no) const {
  const bool known = fn_no >= 1 && fn_no <= static_cast<std::int64_t>(functions_.size());
  return known ? &functions_[static_cast<std::size_t>(fn_no - 1)] : nullptr;
}

std::string VerificationRun::of_function(std::int64_t fn_no) const {
  const KnownFunction* const known = function(fn_no);
  return known == nullptr ? fmt::format("function number {}, which is not there", fn_no)
                          : fmt::format("function {}", quote(known->fn_id));
}

std::string VerificationRun::of_call(const char* table, std::int64_t fn_no,
                                     std::string_view id) const {
  return fmt::format("{}: {}, call {}", table, of_function(fn_no), quote(id));
}

void VerificationRun::check_file() {
  SQLite::Statement& query = connection_.statement(sql_integrity);
  while (query.executeStep()) {
    const std::string line = query.getColumn(0).getString();
    if (line != "ok") add_problem("file", line);
  }
  query.reset();
}

void VerificationRun::check_state() {
  constexpr std::int64_t any = std::numeric_limits<std::int64_t>::max();
  state_ = {any, any, -1, any, any, any, any};  // what every number passes
  state_ = read_state(connection_);
  state_is_known_ = true;
}

/// What every process does that opens the store; so what the other parts pass can be opened.
void VerificationRun::check_opening() {
  if (found_.problem_count > 0) return;
  RecentIndex index;
  catch_up(connection_, state_, index);
}

Verification VerificationRun::run(const std::string& path) {
  const std::uint64_t end = meter_.done() + verification_bytes(path);
  const ScopedTransaction transaction(connection_, Access::read);
  check_part("file", [&] {
    schema_version_ = check_schema(connection_.database(), path);
    check_file();
  });
  if (schema_version_ == 0) return std::move(found_);
  meter_.advance(size_of(path));
  check_part("store_state", [&] { check_state(); });
  check_part("fns", [&] { check_functions(); });
  check_part("apps", [&] { check_apps(); });
  check_part(details_.table, [&] { check_details(); });
  check_part(logs_.table, [&] { check_logs(); });
  check_part(bodies_.table, [&] { check_body_numbers(); });
  check_part("call_blocks", [&] { check_blocks(); });
  check_part("block_groups", [&] { check_groups(); });
  check_part("fns", [&] { check_greatest_ids(); });
  check_part("call_rows", [&] { check_rows(); });
  if (schema_version_ >= 4) check_part("row_batches", [&] { check_row_batches(); });
  check_part("call_rows", [&] { check_unnamed_bodies(); });
  if (schema_version_ >= 2) {
    check_part("queue", [&] { check_queue(); });
    check_part("idempotency_keys", [&] { check_keys(); });
    check_part("call_results", [&] { check_results(); });
  }
  check_part("opening", [&] { check_opening(); });
  meter_.advance_to(end);
  return std::move(found_);
}

Verification verify_database(Connection& connection, const std::string& path, WorkMeter& meter) {
  connection.interrupt_when(meter.stop_question());
  return VerificationRun(connection, meter).run(path);
}

std::uint64_t verification_bytes(const std::string& path) {
  return 2 * size_of(path);  // once by SQLite's check, once by ours
}

namespace {

/// Closing last removes the log; only an empty one, and only while the name is surely its own.
void close_tidily(std::unique_ptr<Connection> connection, const std::string& path,
                  const FileIdentity& identity) {
  if (size_of(path + "-wal") > 0) return;
  try {
    CommitMark mark;
    LockFile file(path + "-lock", mark);
    const ScopedLock lock(file, std::chrono::milliseconds(0));
    if (identity.holds()) connection->checkpoint_on_close();
    connection.reset();
  } catch (const Error&) {
    return;  // somebody writes, or the folder cannot be written: the files stay
  }
}

}  // namespace

Verification verify_file(const std::string& path, const WorkProgress& progress) {
  using namespace std::chrono_literals;
  const std::string place = absolute_path(path, false);
  const OpenFileRegistration registration(place, false);
  return translated(place, [&] {
    WorkMeter meter(progress, verification_bytes(place));
    FileIdentity identity(place);
    std::unique_ptr<Connection> connection = identity.open([&] {
      auto opened = std::make_unique<Connection>(place, Access::read, Sync::normal, 10s);
      opened->open_log();
      return opened;
    });
    Verification found;
    try {
      found = verify_database(*connection, place, meter);
    } catch (const Stopped&) {
      found.stopped = true;
    }
    if (!found.ok()) identity.check();
    close_tidily(std::move(connection), place, identity);
    return found;
  });
}

}  // namespace fnstore::sqlite
