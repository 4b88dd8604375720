#include "fnstore/json.h"
#include "fnstore/limits.h"
#include "fnstore/timestamp.h"

#include "peers/open_peers.h"
#include "peers/packed_call.h"
#include "peers/peer_pages.h"
#include "peers/sqlite_engine.h"

#include <SQLiteCpp/Transaction.h>
#include <algorithm>

namespace fnstore::bench {
namespace {

constexpr const char* original_sql_create =
    "CREATE TABLE IF NOT EXISTS calls (created_at varchar(256) NOT NULL, "
    "started_at varchar(256) NOT NULL, completed_at varchar(256) NOT NULL, "
    "status varchar(256) NOT NULL, id varchar(256) NOT NULL, app_id varchar(256), "
    "fn_id varchar(256), trigger_id varchar(256), type varchar(256), stats text, error text, "
    "PRIMARY KEY (id))";
constexpr const char* original_sql_insert =
    "INSERT INTO calls (created_at, started_at, completed_at, status, id, app_id, fn_id, "
    "trigger_id, type, stats, error) VALUES (?, ?, ?, ?, ?, ?, ?, '', ?, ?, ?) "
    "ON CONFLICT (id) DO NOTHING";
constexpr const char* original_sql_page =
    "SELECT id, fn_id, app_id, type, status, error, created_at, started_at, completed_at, stats "
    "FROM calls WHERE (?1 = '' OR fn_id = ?1) AND id < ?2 ORDER BY id DESC LIMIT ?3";
constexpr const char* original_sql_filtered_page =
    "SELECT id, fn_id, app_id, type, status, error, created_at, started_at, completed_at, stats "
    "FROM calls WHERE (?1 = '' OR fn_id = ?1) AND id < ?2 AND created_at > ?4 AND created_at < ?5 "
    "AND (?6 = '' OR instr(?6, status) > 0) AND (?7 = '' OR type = ?7) "
    "AND (?8 = '' OR app_id = ?8) AND (?9 = '' OR instr(error, ?9) > 0) "
    "ORDER BY id DESC LIMIT ?3";
constexpr const char* original_sql_count = "SELECT count(*), count(DISTINCT fn_id) FROM calls";
constexpr const char* original_sql_prune = "DELETE FROM calls WHERE created_at < ?";
constexpr const char* original_sql_runs =
    "SELECT CAST(round((julianday(completed_at) - julianday(started_at)) * 86400000) AS INTEGER), "
    "status = 'error' FROM calls ORDER BY rowid";

constexpr const char* above_all_ids = "~";

/// Every bound of a page; texts compare as times do, because all have three decimals.
void bind_text_filter(SQLite::Statement& query, const CallFilter& filter) {
  query.bind(4, filter.from_time ? format_rfc3339(*filter.from_time) : "");
  query.bind(5, filter.to_time ? format_rfc3339(*filter.to_time) : above_all_ids);
  std::string status;
  for (const Status wanted : filter.status) status += std::string(to_string(wanted)) + ' ';
  query.bind(6, status);
  query.bind(7, filter.type ? std::string(to_string(*filter.type)) : "");
  query.bind(8, filter.app_id);
  query.bind(9, filter.error);
}

Call read_call(SQLite::Statement& row) {
  Call call;
  call.id = row.getColumn(0).getString();
  call.fn_id = row.getColumn(1).getString();
  call.app_id = row.getColumn(2).getString();
  call.type = parse_call_type(row.getColumn(3).getText());
  call.status = parse_status(row.getColumn(4).getText());
  call.error = row.getColumn(5).getString();
  call.created_at = parse_rfc3339(row.getColumn(6).getText());
  call.started_at = parse_rfc3339(row.getColumn(7).getText());
  call.completed_at = parse_rfc3339(row.getColumn(8).getText());
  const std::string_view stats = row.getColumn(9).getText();
  if (!stats.empty()) call.stats = stats_from_json(stats);
  return call;
}

struct OriginalReader {
  OriginalReader(const std::string& path, const SqliteTuning& tuning)
      : database(open_sqlite(path, tuning)),
        page(database, original_sql_page),
        filtered_page(database, original_sql_filtered_page) {}
  SQLite::Database database;
  SQLite::Statement page;
  SQLite::Statement filtered_page;
};

class OriginalEngine final : public Engine {
 public:
  OriginalEngine(const std::string& path, const SqliteTuning& tuning, bool batches)
      : batches_(batches),
        database_(open_sqlite(path, tuning)),
        readers_([path, tuning] { return std::make_unique<OriginalReader>(path, tuning); }) {
    database_.exec(original_sql_create);
    statement_.emplace(database_, original_sql_insert);
  }

  void insert(std::span<const Call> calls) override { write(calls, batches_); }
  void load(std::span<const Call> calls) override { write(calls, true); }
  void flush() override {}
  void settle() override {}

  CallList list(const CallFilter& filter) const override {
    return translated([&] {
      const auto reader = readers_.take();
      const bool narrow = filter.from_time || filter.to_time || !filter.status.empty() ||
                          filter.type || !filter.app_id.empty() || !filter.error.empty();
      SQLite::Statement& query = narrow ? reader->filtered_page : reader->page;
      const std::size_t wanted = filter.per_page == 0 ? limits::default_page : filter.per_page;
      query.bind(1, filter.fn_id);
      query.bind(2, filter.cursor.empty() ? above_all_ids : decode_cursor(filter.cursor).id);
      query.bind(3, static_cast<std::int64_t>(wanted));
      if (narrow) bind_text_filter(query, filter);
      CallList page;
      reserve_page(page, wanted);
      while (query.executeStep()) page.items.push_back(read_call(query));
      query.reset();
      set_next_cursor(page, filter, wanted);
      return page;
    });
  }

  Counts count() const override {
    return translated([&] {
      SQLite::Statement query(database_, original_sql_count);
      query.executeStep();
      return Counts{static_cast<std::uint64_t>(query.getColumn(0).getInt64()),
                    static_cast<std::uint64_t>(query.getColumn(1).getInt64())};
    });
  }

  std::uint64_t prune(Timestamp before) override {
    return translated([&] {
      const std::lock_guard lock(writing_);
      SQLite::Statement statement(database_, original_sql_prune);
      statement.bind(1, format_rfc3339(before));
      const auto calls = static_cast<std::uint64_t>(statement.exec());
      statement.reset();
      database_.exec("VACUUM");
      return calls;
    });
  }

  Summary summarize() const override {
    return translated([&] {
      SQLite::Statement query(database_, original_sql_runs);
      std::vector<std::int64_t> run_ms;
      std::uint64_t errors = 0;
      while (query.executeStep()) {
        run_ms.push_back(query.getColumn(0).getInt64());
        errors += static_cast<std::uint64_t>(query.getColumn(1).getInt64());
      }
      return summary_of(run_ms, errors);
    });
  }

 private:
  void write(std::span<const Call> calls, bool together) {
    translated([&] {
      const std::lock_guard lock(writing_);
      if (!together) {
        for (const Call& call : calls) write_one(call);
        return;
      }
      SQLite::Transaction transaction(database_, SQLite::TransactionBehavior::IMMEDIATE);
      for (const Call& call : calls) write_one(call);
      transaction.commit();
    });
  }

  void write_one(const Call& call) {
    check_peers_take(call);
    statement_->bind(1, format_rfc3339(*call.created_at));
    statement_->bind(2, format_rfc3339(*call.started_at));
    statement_->bind(3, format_rfc3339(*call.completed_at));
    statement_->bind(4, std::string(to_string(call.status)));
    statement_->bindNoCopy(5, call.id);
    statement_->bindNoCopy(6, call.app_id);
    statement_->bindNoCopy(7, call.fn_id);
    statement_->bind(8, std::string(to_string(call.type)));
    statement_->bind(9, call.stats.empty() ? std::string() : to_json(call.stats));
    statement_->bindNoCopy(10, call.error);
    const int written = statement_->exec();
    statement_->reset();
    if (written == 0) refuse_duplicate();
  }

  bool batches_;
  std::mutex writing_;
  SQLite::Database database_;
  std::optional<SQLite::Statement> statement_;
  mutable ReaderPool<OriginalReader> readers_;
};

}  // namespace

std::unique_ptr<Engine> open_original(const std::string& path, const EngineOptions&) {
  return std::make_unique<OriginalEngine>(path, SqliteTuning{false, "FULL", 0}, false);
}

std::unique_ptr<Engine> open_original_tuned(const std::string& path, const EngineOptions& options) {
  return std::make_unique<OriginalEngine>(path, wal_tuning(options.durability), true);
}

}  // namespace fnstore::bench
