#include "sqlite/block_table.h"

#include "fnstore/error.h"

#include "sqlite/created_range.h"

namespace fnstore::sqlite {
namespace {

constexpr const char* sql_at_or_below =
    "SELECT min_id, max_id, calls, errors, cancelled, type_mask, min_app, max_app, min_created_ms, "
    "max_created_ms, body_no, checksum FROM call_blocks WHERE fn_no = ? AND min_id <= ? "
    "ORDER BY min_id DESC LIMIT 1";

constexpr const char* sql_above =
    "SELECT min_id, max_id, calls, errors, cancelled, type_mask, min_app, max_app, min_created_ms, "
    "max_created_ms, body_no, checksum FROM call_blocks WHERE fn_no = ? AND min_id > ? "
    "ORDER BY min_id LIMIT 1";

constexpr const char* sql_greatest =
    "SELECT max_id FROM call_blocks WHERE fn_no = ? ORDER BY min_id DESC LIMIT 1";

constexpr const char* sql_insert_block =
    "INSERT INTO call_blocks (fn_no, min_id, max_id, calls, errors, cancelled, type_mask, min_app, "
    "max_app, min_created_ms, max_created_ms, body_no, checksum, far_created) "
    "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";

constexpr const char* sql_put_body =
    "INSERT OR REPLACE INTO block_bodies (body_no, columns, texts, stats) VALUES (?, ?, ?, ?)";

constexpr const char* sql_delete_header =
    "DELETE FROM call_blocks WHERE fn_no = ? AND min_id = ? AND body_no = ?";
constexpr const char* sql_delete_body = "DELETE FROM block_bodies WHERE body_no = ?";

constexpr const char* sql_body_bytes =
    "SELECT length(columns) + coalesce(length(texts), 0) + coalesce(length(stats), 0) "
    "FROM block_bodies WHERE body_no = ?";
constexpr const char* sql_columns = "SELECT columns FROM block_bodies WHERE body_no = ?";
constexpr const char* sql_texts = "SELECT texts FROM block_bodies WHERE body_no = ?";
constexpr const char* sql_stats = "SELECT stats FROM block_bodies WHERE body_no = ?";

[[noreturn]] void fail_missing() {
  throw Error(Errc::corrupt,
              "the body of a block is missing: the file is damaged: restore it "
              "from a backup");
}

[[noreturn]] void fail_other_calls() {
  throw Error(Errc::corrupt,
              "a block does not hold the calls its header says: the file is "
              "damaged: restore it from a backup");
}

std::string read_part(Connection& connection, const char* sql, std::int64_t body_no) {
  SQLite::Statement& query = connection.statement(sql);
  query.bind(1, body_no);
  if (!query.executeStep()) fail_missing();
  std::string part = read_blob(query, 0);
  query.reset();
  return part;
}

std::optional<BlockHeader> one_header(Connection& connection, const char* sql, std::uint32_t fn_no,
                                      const std::string& id) {
  SQLite::Statement& query = connection.statement(sql);
  query.bind(1, fn_no);
  query.bindNoCopy(2, id);
  std::optional<BlockHeader> header;
  if (query.executeStep()) header = read_header(query);
  query.reset();
  return header;
}

void put_body(Connection& connection, std::int64_t body_no, const codec::EncodedBlock& block) {
  SQLite::Statement& insert = connection.statement(sql_put_body);
  insert.bind(1, body_no);
  bind_blob(insert, 2, block.columns);
  bind_blob(insert, 3, block.texts);
  bind_blob(insert, 4, block.stats);
  insert.exec();
  insert.reset();
}

}  // namespace

void bind_bound(SQLite::Statement& statement, int index, const Bound& bound) {
  if (bound) {
    statement.bindNoCopy(index, *bound);
  } else {
    statement.bindNoCopy(index, "", 0);  // a blob: SQLite orders every blob after every text
  }
}

void bind_blob(SQLite::Statement& statement, int index, const std::string& blob) {
  if (blob.empty()) {
    statement.bind(index);
  } else {
    statement.bindNoCopy(index, blob.data(), static_cast<int>(blob.size()));
  }
}

std::string read_blob(SQLite::Statement& query, int column) {
  const SQLite::Column blob = query.getColumn(column);
  const char* const bytes = static_cast<const char*>(blob.getBlob());
  if (bytes == nullptr) return {};
  return {bytes, static_cast<std::size_t>(blob.getBytes())};
}

BlockHeader read_header(SQLite::Statement& query) {
  BlockHeader header;
  header.summary.min_id = query.getColumn(0).getString();
  header.summary.max_id = query.getColumn(1).getString();
  header.summary.calls = query.getColumn(2).getUInt();
  header.summary.errors = query.getColumn(3).getUInt();
  header.summary.cancelled = query.getColumn(4).getUInt();
  header.summary.type_mask = query.getColumn(5).getUInt();
  header.summary.min_app = query.getColumn(6).getUInt();
  header.summary.max_app = query.getColumn(7).getUInt();
  header.summary.min_created = query.getColumn(8).getInt64();
  header.summary.max_created = query.getColumn(9).getInt64();
  header.body_no = query.getColumn(10).getInt64();
  header.checksum = static_cast<std::uint64_t>(query.getColumn(11).getInt64());
  check_created(header.summary.min_created, header.summary.max_created);
  header.near_min = header.summary.min_created;
  header.near_max = header.summary.max_created;
  return header;
}

std::optional<BlockHeader> block_at_or_below(Connection& connection, std::uint32_t fn_no,
                                             const std::string& id) {
  return one_header(connection, sql_at_or_below, fn_no, id);
}

std::optional<BlockHeader> block_above(Connection& connection, std::uint32_t fn_no,
                                       const std::string& id) {
  return one_header(connection, sql_above, fn_no, id);
}

std::string greatest_block_id(Connection& connection, std::uint32_t fn_no) {
  SQLite::Statement& query = connection.statement(sql_greatest);
  query.bind(1, fn_no);
  std::string id = query.executeStep() ? query.getColumn(0).getString() : std::string();
  query.reset();
  return id;
}

std::size_t body_bytes(Connection& connection, const BlockHeader& header) {
  SQLite::Statement& query = connection.statement(sql_body_bytes);
  query.bind(1, header.body_no);
  const std::int64_t bytes = query.executeStep() ? query.getColumn(0).getInt64() : 0;
  query.reset();
  return static_cast<std::size_t>(bytes);
}

void put_block(Connection& connection, std::uint32_t fn_no, std::int64_t body_no,
               const codec::EncodedBlock& block) {
  put_body(connection, body_no, block);
  const codec::BlockSummary& summary = block.summary;
  SQLite::Statement& insert = connection.statement(sql_insert_block);
  insert.bind(1, fn_no);
  insert.bindNoCopy(2, summary.min_id);
  insert.bindNoCopy(3, summary.max_id);
  insert.bind(4, summary.calls);
  insert.bind(5, summary.errors);
  insert.bind(6, summary.cancelled);
  insert.bind(7, summary.type_mask);
  insert.bind(8, summary.min_app);
  insert.bind(9, summary.max_app);
  insert.bind(10, summary.min_created);
  insert.bind(11, summary.max_created);
  insert.bind(12, body_no);
  insert.bind(13, static_cast<std::int64_t>(block.checksum));
  bind_blob(insert, 14, block.far_created);
  insert.exec();
  insert.reset();
}

void delete_header(Connection& connection, std::uint32_t fn_no, const std::string& min_id,
                   std::int64_t body_no) {
  SQLite::Statement& header = connection.statement(sql_delete_header);
  header.bind(1, fn_no);
  header.bindNoCopy(2, min_id);
  header.bind(3, body_no);
  if (header.exec() != 1) fail_missing();
  header.reset();
}

void delete_body(Connection& connection, std::int64_t body_no) {
  SQLite::Statement& body = connection.statement(sql_delete_body);
  body.bind(1, body_no);
  if (body.exec() != 1) fail_missing();
  body.reset();
}

codec::BlockReader open_columns(Connection& connection, const BlockHeader& header) {
  codec::BlockReader block(read_part(connection, sql_columns, header.body_no), header.checksum);
  if (block.size() != header.summary.calls) fail_other_calls();
  return block;
}

codec::BlockReader open_block(Connection& connection, const BlockHeader& header) {
  codec::BlockReader block = open_columns(connection, header);
  const codec::BlockSummary& summary = header.summary;
  if (block.id(0).view() != summary.min_id || block.id(block.size() - 1).view() != summary.max_id) {
    fail_other_calls();
  }
  return block;
}

void supply_texts(Connection& connection, const BlockHeader& header, codec::BlockReader& block) {
  if (block.texts_supplied()) return;
  block.supply_texts(block.needs_texts() ? read_part(connection, sql_texts, header.body_no)
                                         : std::string());
}

void supply_stats(Connection& connection, const BlockHeader& header, codec::BlockReader& block) {
  if (block.stats_supplied()) return;
  block.supply_stats(block.needs_stats() ? read_part(connection, sql_stats, header.body_no)
                                         : std::string());
}

codec::BlockReader open_whole_block(Connection& connection, const BlockHeader& header) {
  codec::BlockReader block = open_block(connection, header);
  supply_texts(connection, header, block);
  supply_stats(connection, header, block);
  return block;
}

std::vector<codec::CallEntry> entries_of(codec::BlockReader& whole_block) {
  std::vector<codec::CallEntry> calls;
  calls.reserve(whole_block.size());
  for (std::size_t i = 0; i < whole_block.size(); ++i) calls.push_back(whole_block.entry(i));
  return calls;
}

std::vector<codec::CallEntry> read_block(Connection& connection, const BlockHeader& header) {
  codec::BlockReader block = open_whole_block(connection, header);
  return entries_of(block);
}

}  // namespace fnstore::sqlite
