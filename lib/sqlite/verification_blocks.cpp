#include "fnstore/error.h"
#include "fnstore/limits.h"

#include "codec/stats_blob.h"
#include "model/quote.h"
#include "model/validation.h"
#include "sqlite/verification_parts.h"

#include <SQLiteCpp/Exception.h>
#include <algorithm>
#include <array>
#include <fmt/format.h>

namespace fnstore::sqlite {
namespace {

constexpr const char* sql_blocks =
    "SELECT fn_no, min_id, max_id, calls, errors, cancelled, type_mask, min_app, max_app, "
    "min_created_ms, max_created_ms, body_no, checksum FROM call_blocks WHERE fn_no >= ? "
    "ORDER BY fn_no, min_id";

/// From schema version 5 on.
constexpr const char* sql_blocks_far =
    "SELECT fn_no, min_id, max_id, calls, errors, cancelled, type_mask, min_app, max_app, "
    "min_created_ms, max_created_ms, body_no, checksum, far_created FROM call_blocks "
    "WHERE fn_no >= ? ORDER BY fn_no, min_id";

constexpr const char* sql_body = "SELECT columns, texts, stats FROM block_bodies WHERE body_no = ?";

constexpr std::array number_names{"calls",   "errors",  "cancelled",      "type_mask",
                                  "min_app", "max_app", "min_created_ms", "max_created_ms"};
using Numbers = std::array<std::int64_t, number_names.size()>;

Numbers numbers_of(const codec::BlockSummary& summary) {
  return {summary.calls,   summary.errors,  summary.cancelled,   summary.type_mask,
          summary.min_app, summary.max_app, summary.min_created, summary.max_created};
}

/// What the header says otherwise than the block itself.
std::string difference(const Numbers& stored, const Numbers& counted) {
  for (std::size_t i = 0; i < stored.size(); ++i) {
    if (stored[i] == counted[i]) continue;
    return fmt::format("its header says {} {}, the block holds {}", number_names[i], stored[i],
                       counted[i]);
  }
  return {};
}

/// What call_blocks.far_created says otherwise than the block itself. Throws `corrupt` for what is
/// none.
std::string far_difference(codec::BlockReader& block, const codec::BlockSummary& summary,
                           const std::string& far_created) {
  const codec::FarTimes far =
      codec::decode_far_times(far_created, summary.min_created, summary.max_created);
  std::vector<std::int64_t> times;
  for (std::size_t i = 0; i < block.size(); ++i) {
    const std::int64_t time = block.created(i);
    if (time < far.near_min || time > far.near_max) times.push_back(time);
  }
  std::sort(times.begin(), times.end());
  return times == far.times ? std::string() : "its far_created are not those of its calls";
}

}  // namespace

struct VerificationRun::RawHeader {
  std::int64_t fn_no = 0;
  std::string min_id;
  std::string max_id;
  Numbers numbers{};
  std::int64_t body_no = 0;
  std::uint64_t checksum = 0;
  std::string far_created;

  explicit RawHeader(SQLite::Statement& query)
      : fn_no(query.getColumn(0).getInt64()),
        min_id(query.getColumn(1).getString()),
        max_id(query.getColumn(2).getString()),
        body_no(query.getColumn(11).getInt64()),
        checksum(static_cast<std::uint64_t>(query.getColumn(12).getInt64())) {
    for (std::size_t i = 0; i < numbers.size(); ++i) {
      numbers[i] = query.getColumn(static_cast<int>(i) + 3).getInt64();
    }
    if (query.getColumnCount() > 13) far_created = read_blob(query, 13);
  }

  /// As far as a wrong number can be believed.
  std::uint64_t calls() const {
    return static_cast<std::uint64_t>(
        std::clamp<std::int64_t>(numbers[0], 0, codec::block_calls_limit));
  }
};

void VerificationRun::check_blocks() {
  SQLite::Statement& query =
      connection_.statement(schema_version_ >= 5 ? sql_blocks_far : sql_blocks);
  query.bind(1, std::int64_t{INT64_MIN});
  while (query.executeStep()) check_block(RawHeader(query));
  query.reset();
  if (!is_partly_unread_) check_unnamed(bodies_);
}

void VerificationRun::check_block(const RawHeader& header) {
  const std::string where =
      fmt::format("call_blocks: {}, ids {} to {}, body {}", of_function(header.fn_no),
                  quote(header.min_id), quote(header.max_id), header.body_no);
  ++found_.blocks;
  check_block_order(header, where);
  std::string wrong;
  try {
    wrong = check_block_body(header);
  } catch (const SQLite::Exception& failure) {
    meter_.rethrow();
    is_partly_unread_ = true;
    wrong = fmt::format("its body cannot be read ({})", failure.what());
  } catch (const Error& error) {
    is_partly_unread_ = true;
    wrong = error.what();
  }
  (wrong.empty() ? found_.calls : found_.damaged_calls) += header.calls();
  if (!wrong.empty()) add_problem(where, std::move(wrong));
}

void VerificationRun::check_block_order(const RawHeader& header, const std::string& where) {
  if (function(header.fn_no) == nullptr) add_problem(where, "its function is not there");
  if (header.fn_no == last_block_fn_ && header.min_id <= last_block_id_) {
    add_problem(where, fmt::format("overlaps the block before it, which ends with {}",
                                   quote(last_block_id_)));
  }
  last_block_fn_ = header.fn_no;
  last_block_id_ = header.max_id;
  if (function(header.fn_no) == nullptr) return;
  functions_[static_cast<std::size_t>(header.fn_no - 1)].greatest_id = header.max_id;
}

/// What is wrong with the block; nothing when nothing is. May throw `corrupt` as well.
std::string VerificationRun::check_block_body(const RawHeader& header) {
  if (std::string wrong = name_number(bodies_, static_cast<std::uint64_t>(header.body_no));
      !wrong.empty()) {
    is_partly_unread_ = true;
    return wrong;
  }
  SQLite::Statement& query = connection_.statement(sql_body);
  query.bind(1, header.body_no);
  if (!query.executeStep()) throw Error(Errc::corrupt, "its body is missing");
  std::string columns = read_blob(query, 0);
  const std::string texts = read_blob(query, 1);
  const std::string stats = read_blob(query, 2);
  query.reset();
  meter_.advance(columns.size() + texts.size() + stats.size() + 100);
  codec::BlockReader block(std::move(columns), header.checksum);
  block.supply_texts(texts);
  block.supply_stats(stats);
  const codec::BlockSummary summary = block.summary();
  const std::string in_calls = check_block_calls(block);
  std::string wrong = difference(header.numbers, numbers_of(summary));
  if (wrong.empty() && (summary.min_id != header.min_id || summary.max_id != header.max_id)) {
    wrong = fmt::format("the block holds the ids {} to {}", quote(summary.min_id),
                        quote(summary.max_id));
  }
  if (wrong.empty() && !header.far_created.empty()) {
    wrong = far_difference(block, summary, header.far_created);
  }
  return wrong.empty() ? in_calls : wrong;
}

/// The first thing that is wrong with a call of the block.
std::string VerificationRun::check_block_calls(codec::BlockReader& block) {
  std::string first;
  codec::IdText last;
  for (std::size_t i = 0; i < block.size(); ++i) {
    const codec::CallEntry call = block.entry(i);
    std::string wrong = check_entry(call);
    if (i > 0 && !(last < call.id)) wrong = "its id is not above that before it";
    if (first.empty() && !wrong.empty()) {
      first = fmt::format("call {}: {}", quote(call.id.view()), wrong);
    }
    last = call.id;
  }
  return first;
}

/// What rows and blocks have in common. Notes the request fields and the log as owned.
std::string VerificationRun::check_entry(const codec::CallEntry& call) {
  std::string wrong;
  try {
    validate_id(call.id, "id");
    if (!call.error.empty()) validate_error(call.error, call.status);
    if (!call.stats.empty()) validate_stats(codec::decode_stats(call.stats));
  } catch (const Error& error) {
    wrong = error.what();
  }
  if (call.trigger_id.size() > limits::name_bytes) wrong = "its trigger_id is too long";
  if (call.app_no >= apps_) wrong = fmt::format("its app, number {}, is not there", call.app_no);
  std::string missing;
  if (call.detail_no != 0) missing = name_number(details_, call.detail_no);
  if (wrong.empty()) wrong = std::move(missing);
  missing.clear();
  if (call.log_no > codec::empty_log_no) missing = name_number(logs_, call.log_no);
  return wrong.empty() ? missing : wrong;
}

void VerificationRun::check_greatest_ids() {
  if (is_partly_unread_) return;
  for (std::size_t i = 0; i < functions_.size(); ++i) {
    const KnownFunction& known = functions_[i];
    if (known.max_block_id.value_or("") == known.greatest_id) continue;
    add_problem(fmt::format("fns: {}", of_function(static_cast<std::int64_t>(i + 1))),
                fmt::format("max_block_id is {}, the greatest id in its blocks {}",
                            quote(known.max_block_id.value_or("")), quote(known.greatest_id)));
  }
}

}  // namespace fnstore::sqlite
