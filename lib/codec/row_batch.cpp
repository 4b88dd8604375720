#include "codec/row_batch.h"

#include "fnstore/limits.h"

#include "codec/block_layout.h"
#include "model/call_id_text.h"

#include <array>
#include <utility>

namespace fnstore::codec {
namespace {

// Stored: never change. lib/FORMAT.md draws it.
constexpr std::uint8_t batch_version = 1;
constexpr unsigned status_bits = 0x03;  // 0 success, 1 error, 2 cancelled
constexpr unsigned type_shift = 2;
constexpr unsigned type_bits = 0x03;
constexpr unsigned has_texts = 0x10;  // trigger and error
constexpr unsigned has_stats = 0x20;
constexpr unsigned has_owned = 0x40;  // request fields or a log
constexpr unsigned has_text_id = 0x80;
constexpr std::size_t machine_bytes = 6;

constexpr const char* what = "a batch of rows";
constexpr unsigned first_finished = static_cast<unsigned>(Status::success);
constexpr std::uint64_t most_calls = std::uint64_t{1} << 20;
constexpr std::uint64_t id_time_limit = std::uint64_t{1} << 48;

std::int64_t distance(std::int64_t from, std::int64_t to) {
  return static_cast<std::int64_t>(static_cast<std::uint64_t>(to) -
                                   static_cast<std::uint64_t>(from));
}

std::int64_t moved(std::int64_t from, std::int64_t by) {
  return static_cast<std::int64_t>(static_cast<std::uint64_t>(from) +
                                   static_cast<std::uint64_t>(by));
}

/// Of a time that may be absent: 0, or else 1 + the zigzag difference.
std::uint64_t optional_distance(std::int64_t from, std::int64_t to) {
  return to == no_time ? 0 : 1 + zigzag(distance(from, to));
}

std::int64_t optional_moved(std::int64_t from, std::uint64_t coded) {
  return coded == 0 ? no_time : moved(from, unzigzag(coded - 1));
}

}  // namespace

void RowBatchEncoder::add_id(const CallEntry& call, bool generated, const CallIdParts& parts) {
  if (!generated) {
    put_text(rows_, call.id);
    put_varint(rows_, zigzag(distance(last_.created, call.created)));
    return;
  }
  put_varint(rows_, zigzag(distance(static_cast<std::int64_t>(last_.id.milliseconds),
                                    static_cast<std::int64_t>(parts.milliseconds))));
  const bool other_machine = parts.machine != last_.id.machine;
  const auto counted = static_cast<std::int32_t>(parts.counter - last_.id.counter);
  put_varint(rows_, zigzag(counted) << 1U | (other_machine ? 1U : 0U));
  if (other_machine) {
    std::array<char, 8> machine;
    std::memcpy(machine.data(), &parts.machine, machine.size());
    rows_.append(machine.data(), machine_bytes);
  }
  put_varint(rows_, zigzag(distance(static_cast<std::int64_t>(parts.milliseconds), call.created)));
  last_.id = parts;
}

void RowBatchEncoder::add(std::uint32_t fn_no, const CallEntry& call) {
  const auto parts = parse_call_id(call.id);
  const bool texts = !call.trigger_id.empty() || !call.error.empty();
  const bool owned = call.detail_no != 0 || call.log_no != 0;
  unsigned flags = static_cast<unsigned>(call.status) - first_finished;
  flags |= static_cast<unsigned>(call.type) << type_shift;
  flags |= (texts ? has_texts : 0U) | (call.stats.empty() ? 0U : has_stats);
  flags |= (owned ? has_owned : 0U) | (parts ? 0U : has_text_id);
  put_byte(rows_, static_cast<std::uint8_t>(flags));
  put_varint(rows_, fn_no);
  put_varint(rows_, call.app_no);
  add_id(call, parts.has_value(), parts.value_or(CallIdParts{}));
  put_varint(rows_, optional_distance(call.created, call.started));
  const std::int64_t run_from = call.started == no_time ? call.created : call.started;
  put_varint(rows_, optional_distance(run_from, call.completed));
  last_.created = call.created;
  if (texts) {
    put_text(rows_, call.trigger_id);
    put_text(rows_, call.error);
  }
  if (!call.stats.empty()) put_text(rows_, call.stats);
  if (owned) {
    put_varint(rows_, call.detail_no);
    put_varint(rows_, call.log_no);
  }
  ++calls_;
}

std::string RowBatchEncoder::finish() {
  std::string batch;
  batch.reserve(rows_.size() + 24);
  put_byte(batch, batch_version);
  put_varint(batch, calls_);
  batch += rows_;
  put_fixed64(batch, layout::checksum(batch));
  rows_.clear();
  calls_ = 0;
  last_ = {};
  return batch;
}

RowBatchReader::RowBatchReader(std::string_view batch) : rows_(batch, what) {
  constexpr std::size_t checksum_bytes = 8;
  if (batch.size() < checksum_bytes) rows_.fail("ends too early");
  const std::string_view content = batch.substr(0, batch.size() - checksum_bytes);
  if (ByteReader(batch.substr(content.size()), what).fixed64() != layout::checksum(content)) {
    rows_.fail("does not match its checksum");
  }
  rows_ = ByteReader(content, what);
  if (rows_.byte() != batch_version) rows_.fail("has an unknown version");
  calls_ = rows_.count(most_calls);
  if (calls_ == 0) rows_.fail("is empty");
}

void RowBatchReader::read_id(BatchedRow& row, bool generated) {
  if (!generated) {
    row.call.id = rows_.text(limits::id_bytes);
    row.call.created = moved(last_.created, unzigzag(rows_.varint()));
    return;
  }
  CallIdParts id = last_.id;
  const std::int64_t time =
      moved(static_cast<std::int64_t>(id.milliseconds), unzigzag(rows_.varint()));
  id.milliseconds = static_cast<std::uint64_t>(time);
  if (id.milliseconds >= id_time_limit) rows_.fail("holds an impossible id");
  const std::uint64_t counted = rows_.varint();
  id.counter += static_cast<std::uint32_t>(unzigzag(counted >> 1U));
  if ((counted & 1U) != 0) {
    id.machine = 0;
    std::memcpy(&id.machine, rows_.bytes(machine_bytes).data(), machine_bytes);
  }
  std::array<char, call_id_length> text;
  write_call_id(id, text.data());
  row.call.id = std::string_view(text.data(), text.size());
  row.call.created = moved(time, unzigzag(rows_.varint()));
  last_.id = id;
}

void RowBatchReader::read_times(CallEntry& call) {
  call.started = optional_moved(call.created, rows_.varint());
  call.completed =
      optional_moved(call.started == no_time ? call.created : call.started, rows_.varint());
  for (const std::int64_t time : {call.created, call.started, call.completed}) {
    if (time == no_time && time != call.created) continue;
    if (time < earliest_timestamp.time_since_epoch().count() ||
        time > latest_timestamp.time_since_epoch().count()) {
      rows_.fail("holds an impossible time");
    }
  }
  last_.created = call.created;
}

bool RowBatchReader::next(BatchedRow& row) {
  if (read_ == calls_) {
    if (rows_.remaining() > 0) rows_.fail("is longer than it says");
    return false;
  }
  ++read_;
  const unsigned flags = rows_.byte();
  row.call = {};
  if ((flags & status_bits) == status_bits) rows_.fail("holds an impossible status");
  row.call.status = static_cast<Status>((flags & status_bits) + first_finished);
  row.call.type = static_cast<CallType>(flags >> type_shift & type_bits);
  row.fn_no = static_cast<std::uint32_t>(rows_.count(UINT32_MAX));
  row.call.app_no = static_cast<std::uint32_t>(rows_.count(UINT32_MAX));
  read_id(row, (flags & has_text_id) == 0);
  read_times(row.call);
  if ((flags & has_texts) != 0) {
    row.call.trigger_id = rows_.text(limits::id_bytes);
    row.call.error = rows_.text(rows_.remaining());
  }
  if ((flags & has_stats) != 0) row.call.stats = rows_.text(rows_.remaining());
  if ((flags & has_owned) != 0) {
    row.call.detail_no = rows_.count(INT64_MAX);
    row.call.log_no = rows_.count(INT64_MAX);
  }
  return true;
}

}  // namespace fnstore::codec
