#include "plain_contestant.h"

#include <sqlite3.h>
#include <stdexcept>

namespace {

constexpr int row_bytes = 10'000;             // three pages
constexpr std::uint32_t rows_of_large = 400;  // rows in a commit of 1200 pages
constexpr int busy_timeout_ms = 30'000;

class Database {
 public:
  explicit Database(const std::string& path) {
    if (sqlite3_open(path.c_str(), &handle_) != SQLITE_OK) fail("open");
    sqlite3_busy_timeout(handle_, busy_timeout_ms);
  }
  ~Database() { sqlite3_close(handle_); }
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;

  /// The first column of the last row, if any.
  std::string run(const std::string& sql) {
    std::string answer;
    const auto keep = [](void* out, int, char** values, char**) {
      *static_cast<std::string*>(out) = values[0] != nullptr ? values[0] : "";
      return 0;
    };
    if (sqlite3_exec(handle_, sql.c_str(), keep, &answer, nullptr) != SQLITE_OK) fail(sql);
    return answer;
  }

 private:
  [[noreturn]] void fail(const std::string& doing) const {
    throw std::runtime_error(doing + ": " + sqlite3_errmsg(handle_));
  }

  sqlite3* handle_ = nullptr;
};

class PlainContestant final : public Contestant {
 public:
  PlainContestant(const std::string& path, std::string name)
      : database_(path), name_(std::move(name)) {}

  void commit() override { commit_rows(1); }
  void commit_large() override { commit_rows(rows_of_large); }
  /// It came with the last commit, where the log was long.
  void checkpoint() override {}

 private:
  void commit_rows(std::uint32_t count) {
    std::string sql = "BEGIN IMMEDIATE;";
    for (std::uint32_t n = written_; n < written_ + count; ++n) {
      sql += "INSERT INTO rows(name, number, body) VALUES('" + name_ + "'," + std::to_string(n) +
             ",randomblob(" + std::to_string(row_bytes) + "));";
    }
    database_.run(sql + "COMMIT");
    written_ += count;
  }

  Database database_;
  std::string name_;
};

}  // namespace

void create_plain_file(const std::string& path) {
  Database database(path);
  database.run("PRAGMA journal_mode = WAL");
  database.run("CREATE TABLE rows(name TEXT, number INTEGER, body BLOB, UNIQUE(name, number))");
}

std::unique_ptr<Contestant> open_plain_contestant(const std::string& path,
                                                  const std::string& name) {
  return std::make_unique<PlainContestant>(path, name);
}

std::string find_plain_damage(const std::string& path, const std::string& name,
                              std::uint32_t written) {
  try {
    Database database(path);
    const std::string answer = database.run("PRAGMA integrity_check");
    if (answer != "ok") return "integrity_check: " + answer;
    const std::string found = database.run("SELECT count(*) FROM rows WHERE name = '" + name +
                                           "' AND number < " + std::to_string(written));
    if (found == std::to_string(written)) return {};
    return name + " has " + found + " rows of " + std::to_string(written) + " acknowledged";
  } catch (const std::exception& failure) {
    return failure.what();
  }
}
