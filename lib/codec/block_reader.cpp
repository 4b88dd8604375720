#include "fnstore/call_id.h"
#include "fnstore/error.h"
#include "fnstore/limits.h"
#include "fnstore/timestamp.h"

#include "codec/block.h"
#include "codec/block_layout.h"
#include "codec/column_directory.h"
#include "codec/frame.h"
#include "model/call_id_text.h"

#include <algorithm>

namespace fnstore::codec {
namespace {

constexpr const char* what_block = "a block of packed calls";
constexpr std::uint64_t limit48 = std::uint64_t{1} << 48;  // of the time and machine in an id

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

/// Running sums in place; `start` of each is the one before.
void accumulate(std::span<std::uint64_t> values, bool zigzagged) {
  std::uint64_t last = 0;
  for (std::uint64_t& value : values) {
    last += zigzagged ? static_cast<std::uint64_t>(unzigzag(value)) : value;
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

/// Each counter, stored as what it is above the one before it of the same machine; `numbers` say
/// which of `machines` machines that is.
void sum_counters(const IntegerColumn& numbers, std::size_t machines,
                  std::span<std::uint64_t> counters) {
  std::vector<std::uint32_t> last(machines, 0);
  for (std::size_t i = 0; i < counters.size(); ++i) {
    const std::uint64_t number = numbers[i];
    require(number < machines, "names a machine that is not there");
    last[number] += static_cast<std::uint32_t>(unzigzag(counters[i]));
    counters[i] = last[number];
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
  std::copy(directory.offsets.begin(), directory.offsets.end(), offsets_.begin());
}

std::size_t BlockReader::memory() const noexcept {
  std::size_t bytes = sizeof(BlockReader) + bytes_.capacity() + stats_bytes_.capacity() +
                      stats_offsets_.capacity() * sizeof(std::size_t) +
                      ids_.capacity() * sizeof(IdText);
  if (stats_columns_) bytes += stats_columns_->memory();
  for (const IdText& id : ids_) bytes += id.view().size();
  for (const std::optional<IntegerColumn>& column : columns_) {
    if (column && !column->is_constant()) bytes += calls_ * sizeof(std::uint64_t);
  }
  for (const std::string& text : texts_) bytes += sizeof(std::string) + text.capacity();
  return bytes;
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

const IntegerColumn& BlockReader::column(std::size_t which) {
  std::optional<IntegerColumn>& slot = columns_[which];
  if (!slot) slot = decode_column(which);
  return *slot;
}

void BlockReader::decode_text_ids() {
  const std::string bytes = open_frame(part(layout::column_id_time), block_part_limit, what_block);
  ByteReader in(bytes, what_block);
  ids_.resize(calls_);
  std::string_view last;
  std::string text;
  for (IdText& id : ids_) {
    const std::size_t same = in.count(last.size());
    const std::string_view rest = in.text(limits::id_bytes - same);
    text.resize(same);
    text.append(rest);
    id = IdText(text);
    last = id;
  }
  require(std::is_sorted(ids_.begin(), ids_.end(),
                         [](const IdText& a, const IdText& b) { return a <= b; }),
          "has ids out of order");
}

/// The times in generated ids.
void BlockReader::decode_id_times() {
  std::optional<IntegerColumn>& slot = columns_[layout::column_id_time];
  if (slot) return;
  IntegerColumn times = decode_column(layout::column_id_time);
  const std::span<std::uint64_t> values = times.expand(calls_);
  accumulate(values, false);
  const bool possible =
      std::all_of(values.begin(), values.end(), [](std::uint64_t time) { return time < limit48; });
  require(possible, "has an impossible id");
  slot = std::move(times);
}

void BlockReader::decode_ids() {
  if (ids_decoded_) return;
  if (text_ids_) {
    decode_text_ids();
    ids_decoded_ = true;
    return;
  }
  decode_id_times();
  ByteReader list(std::string_view(bytes_).substr(offsets_[layout::column_machines]), what_block);
  const std::size_t count = list.count(calls_);
  require(count > 0, "has no machines");
  IntegerColumn machines = IntegerColumn::decode(list, count);
  IntegerColumn numbers = decode_column(layout::column_id_machine);
  IntegerColumn counters = decode_column(layout::column_id_counter);
  for (std::size_t i = 0; i < count; ++i) require(machines[i] < limit48, "has an impossible id");
  sum_counters(numbers, count, counters.expand(calls_));
  if (numbers.is_constant()) {
    numbers = IntegerColumn::constant(machines[numbers[0]]);
  } else {
    for (std::uint64_t& number : numbers.expand(calls_)) number = machines[number];
  }
  columns_[layout::column_id_machine] = std::move(numbers);
  columns_[layout::column_id_counter] = std::move(counters);
  ids_decoded_ = true;
}

IdText BlockReader::id(std::size_t index) {
  decode_ids();
  if (text_ids_) return ids_[index];
  char text[call_id_length];
  write_call_id(
      {(*columns_[layout::column_id_time])[index], (*columns_[layout::column_id_machine])[index],
       static_cast<std::uint32_t>((*columns_[layout::column_id_counter])[index])},
      text);
  return IdText(std::string_view(text, call_id_length));
}

std::size_t BlockReader::lower_bound(std::string_view bound) {
  decode_ids();
  std::size_t low = 0;
  std::size_t high = calls_;
  while (low < high) {
    const std::size_t middle = low + (high - low) / 2;
    if (id(middle).view() < bound) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low;
}

Status BlockReader::status(std::size_t index) {
  const std::uint64_t value = column(layout::column_status)[index];
  require(value < status_count && is_finished(static_cast<Status>(value)),
          "holds an impossible status");
  return static_cast<Status>(value);
}

CallType BlockReader::type(std::size_t index) {
  const std::uint64_t value = column(layout::column_type)[index];
  require(value < call_type_count, "holds an impossible type");
  return static_cast<CallType>(value);
}

std::uint32_t BlockReader::app_no(std::size_t index) {
  const std::uint64_t value = column(layout::column_app)[index];
  require(value <= UINT32_MAX, "holds an impossible app");
  return static_cast<std::uint32_t>(value);
}

std::int64_t BlockReader::created(std::size_t index) {
  std::optional<IntegerColumn>& slot = columns_[layout::column_created];
  if (!slot) {
    if (!text_ids_) decode_id_times();
    IntegerColumn created = decode_column(layout::column_created);
    if (text_ids_) accumulate(created.expand(calls_), true);
    slot = std::move(created);
  }
  if (text_ids_) return checked_time(static_cast<std::int64_t>((*slot)[index]));
  const auto time = static_cast<std::int64_t>((*columns_[layout::column_id_time])[index]);
  return checked_time(add(time, (*slot)[index]));
}

std::int64_t BlockReader::started(std::size_t index) {
  const std::uint64_t wait = column(layout::column_wait)[index];
  return wait == 0 ? no_time : checked_time(add(created(index), wait - 1));
}

std::int64_t BlockReader::completed(std::size_t index) {
  const std::uint64_t run = column(layout::column_run)[index];
  if (run == 0) return no_time;
  const std::int64_t start = started(index);
  return checked_time(add(start == no_time ? created(index) : start, run - 1));
}

bool BlockReader::owns_anything() {
  const IntegerColumn& details = column(layout::column_detail);
  const IntegerColumn& logs = column(layout::column_log);
  return !details.is_constant() || details[0] != 0 || !logs.is_constant() || logs[0] > empty_log_no;
}

std::int64_t BlockReader::wait(std::size_t index) {
  const std::uint64_t wait = column(layout::column_wait)[index];
  return wait == 0 ? no_time : unzigzag(wait - 1);
}

std::int64_t BlockReader::run(std::size_t index) {
  const std::uint64_t run = column(layout::column_run)[index];
  return run == 0 || column(layout::column_wait)[index] == 0 ? no_time : unzigzag(run - 1);
}

std::uint64_t BlockReader::detail_no(std::size_t index) {
  return column(layout::column_detail)[index];
}

std::uint64_t BlockReader::log_no(std::size_t index) {
  return column(layout::column_log)[index];
}

}  // namespace fnstore::codec
