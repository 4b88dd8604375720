// The table of the functions platform that the model comes from, in SQLite, tuned: WAL, large
// transactions, and the index by function that its own store lacks.

#include "fnstore/error.h"
#include "fnstore/timestamp.h"

#include "admin_peer.h"

#include <SQLiteCpp/Database.h>
#include <SQLiteCpp/Statement.h>
#include <SQLiteCpp/Transaction.h>
#include <algorithm>

namespace fnstore::bench {
namespace {

constexpr const char* sql_create =
    "CREATE TABLE calls (created_at varchar(256) NOT NULL, started_at varchar(256) NOT NULL, "
    "completed_at varchar(256) NOT NULL, status varchar(256) NOT NULL, id varchar(256) NOT NULL, "
    "app_id varchar(256), fn_id varchar(256), trigger_id varchar(256), stats text, error text, "
    "PRIMARY KEY (id))";
constexpr const char* sql_index = "CREATE INDEX calls_by_function ON calls (fn_id, id)";
constexpr const char* sql_insert =
    "INSERT INTO calls (created_at, started_at, completed_at, status, id, app_id, fn_id, "
    "trigger_id, stats, error) VALUES (?, ?, ?, ?, ?, ?, ?, '', '', ?)";
constexpr const char* sql_counts = "SELECT count(*), sum(status = 'error') FROM calls";
constexpr const char* sql_counts_of =
    "SELECT count(*), sum(status = 'error') FROM calls WHERE fn_id = ?";
constexpr const char* sql_durations =
    "SELECT CAST(round((julianday(completed_at) - julianday(started_at)) * 86400000) AS INTEGER) "
    "FROM calls ORDER BY 1";
constexpr const char* sql_durations_of =
    "SELECT CAST(round((julianday(completed_at) - julianday(started_at)) * 86400000) AS INTEGER) "
    "FROM calls WHERE fn_id = ? ORDER BY 1";
constexpr const char* sql_top =
    "SELECT fn_id, count(*) FROM calls GROUP BY fn_id ORDER BY 2 DESC, 1 LIMIT 10";
constexpr const char* sql_page =
    "SELECT id, created_at, started_at, completed_at, app_id, error FROM calls "
    "WHERE fn_id = ? AND status = ? ORDER BY id DESC LIMIT 30";
constexpr const char* sql_prune = "DELETE FROM calls WHERE created_at < ?";

class OriginalAdmin final : public AdminPeer {
 public:
  explicit OriginalAdmin(const std::string& path)
      : database_(path, SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE) {
    database_.exec("PRAGMA journal_mode = WAL");
    database_.exec("PRAGMA synchronous = FULL");
    database_.exec("PRAGMA cache_size = -65536");
    database_.exec(sql_create);
    database_.exec(sql_index);
  }

  std::string name() const override { return "original"; }

  void insert(std::span<const Call> calls) override {
    SQLite::Transaction transaction(database_);
    SQLite::Statement statement(database_, sql_insert);
    for (const Call& call : calls) {
      statement.bind(1, format_rfc3339(*call.created_at));
      statement.bind(2, format_rfc3339(*call.started_at));
      statement.bind(3, format_rfc3339(*call.completed_at));
      statement.bind(4, std::string(to_string(call.status)));
      statement.bindNoCopy(5, call.id);
      statement.bindNoCopy(6, call.app_id);
      statement.bindNoCopy(7, call.fn_id);
      statement.bindNoCopy(8, call.error);
      statement.exec();
      statement.reset();
    }
    transaction.commit();
  }

  Summary summarize(const std::string& fn_id) override {
    const bool one = !fn_id.empty();
    SQLite::Statement counts(database_, one ? sql_counts_of : sql_counts);
    SQLite::Statement durations(database_, one ? sql_durations_of : sql_durations);
    if (one) counts.bindNoCopy(1, fn_id);
    if (one) durations.bindNoCopy(1, fn_id);
    counts.executeStep();
    Summary summary;
    summary.calls = static_cast<std::uint64_t>(counts.getColumn(0).getInt64());
    summary.errors = static_cast<std::uint64_t>(counts.getColumn(1).getInt64());
    const auto rank = [&](std::uint64_t percent) { return (summary.calls * percent + 99) / 100; };
    for (std::uint64_t at = 1; at <= rank(99) && durations.executeStep(); ++at) {
      if (at == rank(50)) summary.p50 = durations.getColumn(0).getInt64();
      if (at == rank(99)) summary.p99 = durations.getColumn(0).getInt64();
    }
    return summary;
  }

  std::vector<Busy> top() override {
    SQLite::Statement query(database_, sql_top);
    std::vector<Busy> functions;
    while (query.executeStep()) {
      functions.push_back({query.getColumn(0).getString(),
                           static_cast<std::uint64_t>(query.getColumn(1).getInt64())});
    }
    return functions;
  }

  std::vector<std::string> page(const std::string& fn_id, Status status) override {
    SQLite::Statement query(database_, sql_page);
    query.bindNoCopy(1, fn_id);
    query.bind(2, std::string(to_string(status)));
    std::vector<std::string> ids;
    while (query.executeStep()) ids.push_back(query.getColumn(0).getString());
    return ids;
  }

  std::uint64_t prune(Timestamp before) override {
    SQLite::Statement statement(database_, sql_prune);
    statement.bind(1, format_rfc3339(before));
    return static_cast<std::uint64_t>(statement.exec());
  }

 private:
  SQLite::Database database_;
};

}  // namespace

std::vector<std::unique_ptr<AdminPeer>> open_admin_peers(const std::string& path) {
  std::vector<std::unique_ptr<AdminPeer>> peers;
  peers.push_back(std::make_unique<OriginalAdmin>(path + ".original"));
  return peers;
}

}  // namespace fnstore::bench
