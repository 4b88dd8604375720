#include "fnstore/error.h"
#include "fnstore/timestamp.h"

#include "codec/block.h"
#include "codec/block_layout.h"
#include "codec/column_directory.h"

#include <algorithm>
#include <iterator>

namespace fnstore::codec {
namespace {

constexpr const char* what_block = "a block of packed calls";

constexpr std::uint64_t id_time_limit = std::uint64_t{1} << 48;

void require(bool condition, const char* why) {
  if (!condition) ByteReader({}, what_block).fail(why);
}

std::int64_t add(std::int64_t base, std::uint64_t zigzagged) {
  return static_cast<std::int64_t>(static_cast<std::uint64_t>(base) +
                                   static_cast<std::uint64_t>(unzigzag(zigzagged)));
}

std::int64_t checked_time(std::int64_t time) {
  require(time >= earliest_timestamp.time_since_epoch().count() &&
              time <= latest_timestamp.time_since_epoch().count(),
          "holds an impossible time");
  return time;
}

Status checked_status(std::uint64_t status) {
  require(status < status_count && is_finished(static_cast<Status>(status)),
          "holds an impossible status");
  return static_cast<Status>(status);
}

CallType checked_type(std::uint64_t type) {
  require(type < call_type_count, "holds an impossible type");
  return static_cast<CallType>(type);
}

std::uint32_t checked_app(std::uint64_t app) {
  require(app <= UINT32_MAX, "holds an impossible app");
  return static_cast<std::uint32_t>(app);
}

/// Running sums in place.
void accumulate(std::span<std::uint64_t> values) {
  std::uint64_t last = 0;
  for (std::uint64_t& value : values) {
    last += static_cast<std::uint64_t>(unzigzag(value));
    value = last;
  }
}

/// Column differences with codes below `first` kept as they are.
void accumulate_sparse(std::span<std::uint64_t> values, std::uint64_t first) {
  std::uint64_t last = 0;
  for (std::uint64_t& value : values) {
    if (value < first) continue;
    last += static_cast<std::uint64_t>(unzigzag(value - first));
    value = last;
  }
}

}  // namespace

BlockReader::BlockReader(std::string columns, std::uint64_t checksum) : bytes_(std::move(columns)) {
  const ColumnDirectory directory = read_column_directory(bytes_, checksum);
  text_ids_ = directory.text_ids;
  calls_ = directory.calls;
  texts_checksum_ = directory.texts_checksum;
  stats_checksum_ = directory.stats_checksum;
  static_assert(layout::column_count <= column_limit);
  std::transform(directory.offsets.begin(), directory.offsets.end(), offsets_.begin(),
                 [](std::size_t place) { return static_cast<std::uint32_t>(place); });
  if (bytes_.size() > UINT32_MAX) ByteReader({}, what_block).fail("is too long");
  frames_.reserve(16);
}

std::size_t BlockReader::memory() const noexcept {
  std::size_t bytes = sizeof(BlockReader) + bytes_.capacity() + stats_bytes_.capacity() +
                      stats_offsets_.capacity() * sizeof(std::size_t) +
                      ids_.capacity() * sizeof(IdText) + id_sums_.capacity() * sizeof(IdSums) +
                      frames_.capacity() * sizeof(PackedColumn::Frame) +
                      (failures_ ? failures_->capacity() * sizeof(std::uint16_t) : 0);
  if (stats_columns_) bytes += stats_columns_->memory();
  for (const std::optional<IntegerColumn>& column : columns_) {
    if (column && !column->is_constant()) bytes += calls_ * sizeof(std::uint64_t);
  }
  return bytes + texts_bytes_;
}

void BlockReader::trim() noexcept {
  for (std::optional<IntegerColumn>& column : columns_) column.reset();
  for (PackedColumn& column : packed_) column.forget_asked();
  runs_read_ = 0;
}

std::string_view BlockReader::part(std::size_t which) const {
  return std::string_view(bytes_).substr(offsets_[which], offsets_[which + 1] - offsets_[which]);
}

IntegerColumn BlockReader::decode_column(std::size_t which) {
  // The unpacker may look 8 bytes past the column: the next columns or the padding.
  ByteReader in(std::string_view(bytes_).substr(offsets_[which]), what_block);
  IntegerColumn column = IntegerColumn::decode(in, calls_);
  const std::size_t used = bytes_.size() - offsets_[which] - in.remaining();
  if (used != offsets_[which + 1] - offsets_[which]) in.fail("has a column of the wrong length");
  if (which == layout::column_detail) accumulate_sparse(column.expand(calls_), 1);
  if (which == layout::column_log) {
    const bool real = !column.is_constant() || column[0] > empty_log_no;
    if (real) accumulate_sparse(column.expand(calls_), 2);
  }
  return column;
}

void BlockReader::open_packed(std::size_t which) {
  packed_[which] = PackedColumn(bytes_, offsets_[which], calls_, frames_, what_block);
  require(packed_[which].end() == offsets_[which + 1], "has a column of the wrong length");
}

std::uint64_t BlockReader::value_not_constant(std::size_t which, std::size_t index) {
  if (const std::optional<IntegerColumn>& whole = columns_[which]) return (*whole)[index];
  if (packed_[which].is_asked_often()) return column(which)[index];
  return packed_[which].value(bytes_, frames_, index);
}

const IntegerColumn& BlockReader::column(std::size_t which) {
  std::optional<IntegerColumn>& slot = columns_[which];
  if (!slot) slot = decode_column(which);
  return *slot;
}

Status BlockReader::status(std::size_t index) {
  return checked_status(value(layout::column_status, index));
}

std::optional<std::size_t> BlockReader::last_failure_before(std::size_t index) {
  static_assert(block_calls_limit <= UINT16_MAX);
  if (!failures_) {
    failures_.emplace();
    const IntegerColumn statuses = decode_column(layout::column_status);
    for (std::size_t i = 0; i < calls_; ++i) {
      if (statuses[i] == static_cast<std::uint64_t>(Status::success)) continue;
      failures_->push_back(static_cast<std::uint16_t>(i));
    }
  }
  const auto at = std::lower_bound(failures_->begin(), failures_->end(), index);
  if (at == failures_->begin()) return std::nullopt;
  return *std::prev(at);
}

CallType BlockReader::type(std::size_t index) {
  return checked_type(value(layout::column_type, index));
}

std::uint32_t BlockReader::app_no(std::size_t index) {
  return checked_app(value(layout::column_app, index));
}

std::int64_t BlockReader::created(std::size_t index) {
  if (text_ids_) {
    std::optional<IntegerColumn>& slot = columns_[layout::column_created];
    if (!slot) {
      IntegerColumn created = decode_column(layout::column_created);
      accumulate(created.expand(calls_));
      slot = std::move(created);
    }
    return checked_time(static_cast<std::int64_t>((*slot)[index]));
  }
  const auto time = static_cast<std::int64_t>(id_time(index));
  return checked_time(add(time, value(layout::column_created, index)));
}

void BlockReader::read_created(std::span<std::int64_t> out) {
  if (text_ids_) {
    for (std::size_t i = 0; i < calls_; ++i) out[i] = created(i);
    return;
  }
  const IntegerColumn steps = decode_column(layout::column_id_time);
  const IntegerColumn& differences = column(layout::column_created);
  std::uint64_t time = 0;
  for (std::size_t i = 0; i < calls_; ++i) {
    time += steps[i];
    require(time < id_time_limit, "has an impossible id");
    out[i] = checked_time(add(static_cast<std::int64_t>(time), differences[i]));
  }
}

CallTimes BlockReader::times(std::size_t index) {
  CallTimes times;
  times.created = created(index);
  const std::uint64_t wait = value(layout::column_wait, index);
  if (wait != 0) times.started = checked_time(add(times.created, wait - 1));
  const std::uint64_t run = value(layout::column_run, index);
  if (run != 0) {
    const std::int64_t start = wait == 0 ? times.created : times.started;
    times.completed = checked_time(add(start, run - 1));
  }
  return times;
}

/// Calls take(i, value) for each of `count` stored values from `first` on.
template <typename Take>
void BlockReader::read_values(std::size_t which, std::size_t first, std::size_t count, Take take) {
  const PackedColumn& column = packed(which);
  if (count == 1) return take(0, value(which, first));
  if (column.is_constant()) {
    for (std::size_t i = 0; i < count; ++i) take(i, column.constant());
    return;
  }
  std::array<std::uint64_t, layout::miniblock> values;
  for (std::size_t done = 0; done < count;) {
    const std::size_t to_end = layout::miniblock - (first + done) % layout::miniblock;
    const auto part = std::span(values).first(std::min(to_end, count - done));
    column.read(bytes_, frames_, first + done, part);
    for (std::size_t i = 0; i < part.size(); ++i) take(done + i, part[i]);
    done += part.size();
  }
}

void BlockReader::read_listed(std::size_t first, std::span<ListedCall> out) {
  const auto read = [&](std::size_t which, auto take) {
    read_values(which, first, out.size(),
                [&](std::size_t i, std::uint64_t value) { take(out[i], value); });
  };
  if (text_ids_) {
    for (std::size_t i = 0; i < out.size(); ++i) out[i].times.created = created(first + i);
  } else {
    open_ids();
    for (std::size_t i = 0; i < out.size(); ++i) out[i].id = id_parts(first + i);
    read(layout::column_created, [](ListedCall& call, std::uint64_t value) {
      call.times.created =
          checked_time(add(static_cast<std::int64_t>(call.id.milliseconds), value));
    });
  }
  read(layout::column_wait, [](ListedCall& call, std::uint64_t wait) {
    call.times.started = wait == 0 ? no_time : checked_time(add(call.times.created, wait - 1));
  });
  read(layout::column_run, [](ListedCall& call, std::uint64_t run) {
    const CallTimes& times = call.times;
    const std::int64_t start = times.started == no_time ? times.created : times.started;
    call.times.completed = run == 0 ? no_time : checked_time(add(start, run - 1));
  });
  read(layout::column_app,
       [](ListedCall& call, std::uint64_t app) { call.app_no = checked_app(app); });
  read(layout::column_type,
       [](ListedCall& call, std::uint64_t type) { call.type = checked_type(type); });
  read(layout::column_status,
       [](ListedCall& call, std::uint64_t status) { call.status = checked_status(status); });
  read(layout::column_trigger,
       [](ListedCall& call, std::uint64_t number) { call.has_trigger = number != 0; });
  read(layout::column_error,
       [](ListedCall& call, std::uint64_t number) { call.has_error = number != 0; });
  read(layout::column_stats_size,
       [](ListedCall& call, std::uint64_t size) { call.has_stats = size != 0; });
  read(layout::column_log,
       [](ListedCall& call, std::uint64_t number) { call.has_log = number != 0; });
}

std::int64_t BlockReader::started(std::size_t index) {
  const std::uint64_t wait = value(layout::column_wait, index);
  return wait == 0 ? no_time : checked_time(add(created(index), wait - 1));
}

std::int64_t BlockReader::completed(std::size_t index) {
  if (value(layout::column_run, index) == 0) return no_time;
  return times(index).completed;
}

bool BlockReader::owns_anything() {
  const IntegerColumn& details = column(layout::column_detail);
  const IntegerColumn& logs = column(layout::column_log);
  return !details.is_constant() || details[0] != 0 || !logs.is_constant() || logs[0] > empty_log_no;
}

std::int64_t BlockReader::wait(std::size_t index) {
  const std::uint64_t wait = value(layout::column_wait, index);
  return wait == 0 ? no_time : unzigzag(wait - 1);
}

std::int64_t BlockReader::run(std::size_t index) {
  const std::uint64_t run = value(layout::column_run, index);
  return run == 0 || value(layout::column_wait, index) == 0 ? no_time : unzigzag(run - 1);
}

std::uint64_t BlockReader::detail_no(std::size_t index) {
  return column(layout::column_detail)[index];
}

std::uint64_t BlockReader::log_no(std::size_t index) {
  return column(layout::column_log)[index];
}

}  // namespace fnstore::codec
