#include "sqlite/block_columns.h"

#include "fnstore/error.h"

#include "codec/column_directory.h"
#include "sqlite/stored_numbers.h"

#include <sqlite3.h>

namespace fnstore::sqlite {
namespace {

constexpr const char* sql_all =
    "SELECT b.fn_no, f.fn_id, p.columns, length(p.texts), length(p.stats), b.min_id, b.max_id, "
    "b.calls, b.errors, b.cancelled, b.type_mask, b.min_app, b.max_app, b.min_created_ms, "
    "b.max_created_ms, b.body_no, b.checksum, b.far_created "
    "FROM main.call_blocks AS b JOIN main.fns AS f ON f.fn_no = b.fn_no "
    "LEFT JOIN main.block_bodies AS p ON p.body_no = b.body_no ORDER BY b.fn_no, b.min_id";

constexpr const char* sql_one =
    "SELECT b.fn_no, f.fn_id, p.columns, length(p.texts), length(p.stats), b.min_id, b.max_id, "
    "b.calls, b.errors, b.cancelled, b.type_mask, b.min_app, b.max_app, b.min_created_ms, "
    "b.max_created_ms, b.body_no, b.checksum, b.far_created "
    "FROM main.fns AS f JOIN main.call_blocks AS b ON b.fn_no = f.fn_no "
    "LEFT JOIN main.block_bodies AS p ON p.body_no = b.body_no WHERE f.fn_id = ?1 "
    "ORDER BY b.fn_no, b.min_id";

// Places in both.
enum : int {
  fn_no_at,
  fn_id_at,
  columns_at,
  texts_at,
  stats_at,
  min_id_at,
  max_id_at,
  calls_at,
  checksum_at = calls_at + 9,
  far_created_at,
};

constexpr std::array<std::string_view, 4> other_names{"header", "texts", "stats", "block_row"};

// SQLite's record format: a length, a type for each value, the values.

std::int64_t varint_bytes(std::int64_t value) {
  return value < 128 ? 1 : value < 16'384 ? 2 : 3;
}

std::int64_t text_bytes(std::size_t size) {
  const auto length = static_cast<std::int64_t>(size);
  return varint_bytes(13 + 2 * length) + length;
}

std::int64_t number_bytes(std::int64_t value) {
  if (value == 0 || value == 1) return 1;
  const auto magnitude = static_cast<std::uint64_t>(value < 0 ? ~value : value);
  for (const unsigned bytes : {1U, 2U, 3U, 4U, 6U}) {
    if (magnitude >> (8 * bytes - 1) == 0) return 1 + bytes;
  }
  return 9;
}

std::int64_t row_bytes(const HandleStatement& query) {
  std::int64_t bytes = 1 + number_bytes(query.number(fn_no_at));
  for (const int text : {min_id_at, max_id_at}) bytes += text_bytes(query.bytes(text).size());
  for (int at = calls_at; at <= checksum_at; ++at) bytes += number_bytes(query.number(at));
  const std::size_t far = query.bytes(far_created_at).size();
  return bytes + (far == 0 ? 1 : text_bytes(far));
}

}  // namespace

std::string_view part_name(std::size_t part) noexcept {
  return part < FunctionBytes::header ? codec::column_name(static_cast<codec::layout::Column>(part))
                                      : other_names[part - FunctionBytes::header];
}

BlockColumns::BlockColumns(sqlite3* handle) : all_(handle, sql_all), one_(handle, sql_one) {}

void BlockColumns::start(const std::optional<std::string>& fn_id) {
  if (running_ != nullptr) running_->reset();
  running_ = fn_id ? &one_ : &all_;
  if (fn_id) {
    wanted_ = *fn_id;
    one_.bind(1, wanted_);
  }
  step();
}

void BlockColumns::step() {
  HandleStatement* const query = running_;
  running_ = nullptr;  // for good when it throws
  if (query->step()) running_ = query;
}

const FunctionBytes* BlockColumns::next() {
  if (running_ == nullptr) return nullptr;
  const std::int64_t fn_no = running_->number(fn_no_at);
  function_ = {};
  function_.fn_id = running_->bytes(fn_id_at);
  while (running_ != nullptr && running_->number(fn_no_at) == fn_no) {
    add_block();
    step();
  }
  return &function_;
}

void BlockColumns::add_block() {
  const HandleStatement& query = *running_;
  const std::string_view columns = query.bytes(columns_at);
  const auto directory =
      codec::read_column_directory(columns, static_cast<std::uint64_t>(query.number(checksum_at)));
  const auto calls = static_cast<std::int64_t>(directory.calls);
  if (calls != query.number(calls_at)) {
    fail_stored("a block does not hold the calls its header says");
  }
  function_.calls += calls;
  const auto& offsets = directory.offsets;
  const std::size_t in_columns = offsets.back() - offsets.front();
  for (std::size_t i = 0; i + 1 < offsets.size(); ++i) {
    function_.bytes[i] += static_cast<std::int64_t>(offsets[i + 1] - offsets[i]);
  }
  function_.bytes[FunctionBytes::header] += static_cast<std::int64_t>(columns.size() - in_columns);
  function_.bytes[FunctionBytes::texts] += query.number(texts_at);
  function_.bytes[FunctionBytes::stats] += query.number(stats_at);
  function_.bytes[FunctionBytes::block_row] += row_bytes(query);
}

}  // namespace fnstore::sqlite
