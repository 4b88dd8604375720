#include "fnstore/json.h"
#include "fnstore/limits.h"

#include "peers/name_numbers.h"
#include "peers/open_peers.h"
#include "peers/packed_call.h"
#include "peers/peer_pages.h"
#include "peers/sqlite_engine.h"

#include <SQLiteCpp/Transaction.h>
#include <algorithm>
#include <limits>

namespace fnstore::bench {
namespace {

constexpr const char* rows_sql_create_calls =
    "CREATE TABLE IF NOT EXISTS calls (fn INTEGER NOT NULL, id BLOB NOT NULL, "
    "created_at INTEGER NOT NULL, started_at INTEGER NOT NULL, completed_at INTEGER NOT NULL, "
    "status INTEGER NOT NULL, type INTEGER NOT NULL, app INTEGER NOT NULL, error TEXT, stats TEXT, "
    "PRIMARY KEY (fn, id)) WITHOUT ROWID";
constexpr const char* rows_sql_create_names =
    "CREATE TABLE IF NOT EXISTS names (kind INTEGER NOT NULL, number INTEGER NOT NULL, "
    "name TEXT NOT NULL, PRIMARY KEY (kind, number)) WITHOUT ROWID";
constexpr const char* rows_sql_names = "SELECT kind, number, name FROM names ORDER BY kind, number";
constexpr const char* rows_sql_name = "INSERT INTO names (kind, number, name) VALUES (?, ?, ?)";
constexpr const char* rows_sql_insert =
    "INSERT INTO calls (fn, id, created_at, started_at, completed_at, status, type, app, error, "
    "stats) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (fn, id) DO NOTHING";
constexpr const char* rows_sql_page =
    "SELECT id, created_at, started_at, completed_at, status, type, app, error, stats FROM calls "
    "WHERE fn = ?1 AND id < ?2 ORDER BY id DESC LIMIT ?3";
constexpr const char* rows_sql_filtered_page =
    "SELECT id, created_at, started_at, completed_at, status, type, app, error, stats FROM calls "
    "WHERE fn = ?1 AND id < ?2 AND created_at > ?4 AND created_at < ?5 AND (?6 >> status) & 1 "
    "AND (?7 < 0 OR type = ?7) AND (?8 < 0 OR app = ?8) AND (?9 = '' OR instr(error, ?9) > 0) "
    "ORDER BY id DESC LIMIT ?3";
constexpr const char* rows_sql_count = "SELECT count(*), count(DISTINCT fn) FROM calls";
constexpr const char* rows_sql_prune = "DELETE FROM calls WHERE created_at < ?";
constexpr const char* rows_sql_runs =
    "SELECT completed_at - started_at, status FROM calls ORDER BY fn, id";

constexpr int function_kind = 0;
constexpr int app_kind = 1;

bool is_narrow(const CallFilter& filter) {
  return filter.from_time || filter.to_time || !filter.status.empty() || filter.type ||
         !filter.app_id.empty() || !filter.error.empty();
}

void bind_filter(SQLite::Statement& query, const CallFilter& filter, const NameNumbers& apps) {
  constexpr std::int64_t least = std::numeric_limits<std::int64_t>::min();
  constexpr std::int64_t greatest = std::numeric_limits<std::int64_t>::max();
  query.bind(4, filter.from_time ? milliseconds_of(filter.from_time) : least);
  query.bind(5, filter.to_time ? milliseconds_of(filter.to_time) : greatest);
  std::int64_t mask = filter.status.empty() ? -1 : 0;
  for (const Status status : filter.status) mask |= std::int64_t{1} << static_cast<int>(status);
  query.bind(6, mask);
  query.bind(7, filter.type ? static_cast<int>(*filter.type) : -1);
  // 0 is no app's number
  query.bind(8,
             filter.app_id.empty() ? -1 : static_cast<int>(apps.find(filter.app_id).value_or(0)));
  query.bind(9, filter.error);
}

struct RowsReader {
  RowsReader(const std::string& path, const SqliteTuning& tuning)
      : database(open_sqlite(path, tuning)),
        page(database, rows_sql_page),
        filtered_page(database, rows_sql_filtered_page) {}
  SQLite::Database database;
  SQLite::Statement page;
  SQLite::Statement filtered_page;
};

class RowsEngine final : public Engine {
 public:
  RowsEngine(const std::string& path, const SqliteTuning& tuning)
      : database_(open_sqlite(path, tuning)),
        readers_([path, tuning] { return std::make_unique<RowsReader>(path, tuning); }) {
    database_.exec(rows_sql_create_calls);
    database_.exec(rows_sql_create_names);
    statement_.emplace(database_, rows_sql_insert);
    SQLite::Statement names(database_, rows_sql_names);
    while (names.executeStep()) {
      NameNumbers& kind = names.getColumn(0).getInt() == function_kind ? functions_ : apps_;
      kind.restore(names.getColumn(1).getUInt(), names.getColumn(2).getString());
    }
  }

  void insert(std::span<const Call> calls) override {
    translated([&] {
      const std::lock_guard lock(writing_);
      add_names(calls);
      SQLite::Transaction transaction(database_, SQLite::TransactionBehavior::IMMEDIATE);
      for (const Call& call : calls) write_one(call);
      transaction.commit();
    });
  }

  void flush() override {}
  void settle() override {}

  CallList list(const CallFilter& filter) const override {
    return translated([&] {
      const std::size_t wanted = filter.per_page == 0 ? limits::default_page : filter.per_page;
      CursorPosition below;
      if (!filter.cursor.empty()) below = decode_cursor(filter.cursor);
      const auto reader = readers_.take();
      SQLite::Statement& query = is_narrow(filter) ? reader->filtered_page : reader->page;
      if (is_narrow(filter)) bind_filter(query, filter, apps_);
      CallList page;
      if (filter.fn_id.empty()) {
        page = merge_functions(functions_, below, wanted,
                               [&](std::uint32_t function, const std::string& id, bool at_id) {
                                 std::vector<Call> found;
                                 take(query, function, id, at_id, 1, found);
                                 return found.empty() ? std::optional<Call>()
                                                      : std::move(found.front());
                               });
      } else if (const auto function = functions_.find(filter.fn_id)) {
        reserve_page(page, wanted);
        take(query, *function, below.id, false, wanted, page.items);
      }
      set_next_cursor(page, filter, wanted);
      return page;
    });
  }

  Counts count() const override {
    return translated([&] {
      SQLite::Statement query(database_, rows_sql_count);
      query.executeStep();
      return Counts{static_cast<std::uint64_t>(query.getColumn(0).getInt64()),
                    static_cast<std::uint64_t>(query.getColumn(1).getInt64())};
    });
  }

  std::uint64_t prune(Timestamp before) override {
    return translated([&] {
      const std::lock_guard lock(writing_);
      SQLite::Statement statement(database_, rows_sql_prune);
      statement.bind(1, milliseconds_of(before));
      const auto calls = static_cast<std::uint64_t>(statement.exec());
      statement.reset();
      database_.exec("VACUUM");
      return calls;
    });
  }

  Summary summarize() const override {
    return translated([&] {
      SQLite::Statement query(database_, rows_sql_runs);
      std::vector<std::int64_t> run_ms;
      std::uint64_t errors = 0;
      while (query.executeStep()) {
        run_ms.push_back(query.getColumn(0).getInt64());
        errors += query.getColumn(1).getInt() == static_cast<int>(Status::error) ? 1 : 0;
      }
      return summary_of(run_ms, errors);
    });
  }

 private:
  void add_names(std::span<const Call> calls) {
    std::vector<std::string_view> functions;
    std::vector<std::string_view> apps;
    for (const Call& call : calls) {
      check_peers_take(call);
      functions.push_back(call.fn_id);
      apps.push_back(call.app_id);
    }
    functions_.add(functions, [&](auto fresh) { write_names(function_kind, fresh); });
    apps_.add(apps, [&](auto fresh) { write_names(app_kind, fresh); });
  }

  void write_names(int kind, std::span<const NameNumbers::Named> fresh) {
    SQLite::Transaction transaction(database_, SQLite::TransactionBehavior::IMMEDIATE);
    SQLite::Statement statement(database_, rows_sql_name);
    for (const auto& [number, name] : fresh) {
      statement.bind(1, kind);
      statement.bind(2, number);
      statement.bind(3, name);
      statement.exec();
      statement.reset();
    }
    transaction.commit();
  }

  void write_one(const Call& call) {
    const PackedId id = pack_id(call.id);
    const std::string stats = call.stats.empty() ? std::string() : to_json(call.stats);
    statement_->bind(1, functions_.number(call.fn_id));
    statement_->bindNoCopy(2, id.data(), static_cast<int>(id.size()));
    statement_->bind(3, milliseconds_of(call.created_at));
    statement_->bind(4, milliseconds_of(call.started_at));
    statement_->bind(5, milliseconds_of(call.completed_at));
    statement_->bind(6, static_cast<int>(call.status));
    statement_->bind(7, static_cast<int>(call.type));
    statement_->bind(8, apps_.number(call.app_id));
    statement_->bindNoCopy(9, call.error);
    statement_->bindNoCopy(10, stats);
    const int written = statement_->exec();
    statement_->reset();
    if (written == 0) refuse_duplicate();
  }

  /// Calls of one function below an id, or at or below it.
  void take(SQLite::Statement& query, std::uint32_t function, const std::string& id, bool at_id,
            std::size_t wanted, std::vector<Call>& into) const {
    std::string below(17, '\xff');  // above every id
    if (!id.empty()) {
      const PackedId packed = pack_id(id);
      below.assign(packed.data(), packed.size());
      if (at_id) below += '\0';
    }
    query.bind(1, function);
    query.bind(2, below.data(), static_cast<int>(below.size()));
    query.bind(3, static_cast<std::int64_t>(wanted));
    while (query.executeStep()) {
      Call& call = into.emplace_back();
      const SQLite::Column packed_id = query.getColumn(0);
      call.id = unpack_id({static_cast<const char*>(packed_id.getBlob()), sizeof(PackedId)});
      call.fn_id = functions_.name(function);
      call.app_id = apps_.name(query.getColumn(6).getUInt());
      const std::string error = query.getColumn(7).getString();
      const std::string stats = query.getColumn(8).getString();
      fill(call, {query.getColumn(1).getInt64(), query.getColumn(2).getInt64(),
                  query.getColumn(3).getInt64(), static_cast<Status>(query.getColumn(4).getInt()),
                  static_cast<CallType>(query.getColumn(5).getInt()), 0, error, stats});
    }
    query.reset();
  }

  std::mutex writing_;
  SQLite::Database database_;
  std::optional<SQLite::Statement> statement_;
  NameNumbers functions_;
  NameNumbers apps_;
  mutable ReaderPool<RowsReader> readers_;
};

}  // namespace

std::unique_ptr<Engine> open_rows(const std::string& path, const EngineOptions& options) {
  return std::make_unique<RowsEngine>(path, wal_tuning(options.durability));
}

}  // namespace fnstore::bench
