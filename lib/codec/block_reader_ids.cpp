#include "fnstore/call_id.h"
#include "fnstore/error.h"
#include "fnstore/limits.h"

#include "codec/block.h"
#include "codec/block_layout.h"
#include "codec/frame.h"
#include "codec/integer_column_layout.h"
#include "model/call_id_text.h"

#include <algorithm>
#include <tuple>

namespace fnstore::codec {
namespace {

constexpr const char* what_block = "a block of packed calls";
constexpr std::uint64_t limit48 = std::uint64_t{1} << 48;  // of the time and machine in an id

void require(bool condition, const char* why) {
  if (!condition) ByteReader({}, what_block).fail(why);
}

void accumulate(std::span<std::uint64_t> values) {
  std::uint64_t last = 0;
  for (std::uint64_t& value : values) value = last += value;
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

bool is_below(const CallIdParts& a, const CallIdParts& b) {
  return std::tie(a.milliseconds, a.machine, a.counter) <
         std::tie(b.milliseconds, b.machine, b.counter);
}

}  // namespace

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
    texts_bytes_ += text.size();
  }
  require(std::is_sorted(ids_.begin(), ids_.end(),
                         [](const IdText& a, const IdText& b) { return a <= b; }),
          "has ids out of order");
}

std::vector<std::uint64_t> BlockReader::read_machines() const {
  ByteReader list(std::string_view(bytes_).substr(offsets_[layout::column_machines]), what_block);
  const std::size_t count = list.count(calls_);
  require(count > 0, "has no machines");
  const IntegerColumn column = IntegerColumn::decode(list, count);
  std::vector<std::uint64_t> machines(count);
  for (std::size_t i = 0; i < count; ++i) {
    machines[i] = column[i];
    require(machines[i] < limit48, "has an impossible id");
  }
  return machines;
}

void BlockReader::decode_generated_ids() {
  IntegerColumn times = decode_column(layout::column_id_time);
  accumulate(times.expand(calls_));

  const std::vector<std::uint64_t> machines = read_machines();
  IntegerColumn numbers = decode_column(layout::column_id_machine);
  IntegerColumn counters = decode_column(layout::column_id_counter);
  for (std::size_t i = 0; i < calls_; ++i) require(times[i] < limit48, "has an impossible id");
  sum_counters(numbers, machines.size(), counters.expand(calls_));
  if (numbers.is_constant()) {
    numbers = IntegerColumn::constant(machines[numbers[0]]);
  } else {
    for (std::uint64_t& number : numbers.expand(calls_)) number = machines[number];
  }
  columns_[layout::column_id_time] = std::move(times);
  columns_[layout::column_id_machine] = std::move(numbers);
  columns_[layout::column_id_counter] = std::move(counters);
}

/// Reads through the ids of a block of one machine and keeps what is enough to decode any run of
/// them; false when there are several machines.
bool BlockReader::keep_id_sums() {
  const PackedColumn& numbers = packed(layout::column_id_machine);
  if (!numbers.is_constant()) return false;
  const std::vector<std::uint64_t> machines = read_machines();
  require(numbers.constant() < machines.size(), "names a machine that is not there");
  machine_ = machines[static_cast<std::size_t>(numbers.constant())];
  const PackedColumn& times = packed(layout::column_id_time);
  const PackedColumn& counters = packed(layout::column_id_counter);
  id_sums_.reserve((calls_ + id_run - 1) / id_run);
  IdSums sums;
  std::array<std::uint64_t, layout::miniblock> time_steps;
  std::array<std::uint64_t, layout::miniblock> counter_steps;
  for (std::size_t first = 0; first < calls_; first += layout::miniblock) {
    const std::size_t count = std::min(layout::miniblock, calls_ - first);
    times.read(bytes_, frames_, first, std::span(time_steps).first(count));
    counters.read(bytes_, frames_, first, std::span(counter_steps).first(count));
    for (std::size_t i = 0; i < count; ++i) {
      if (i % id_run == 0) id_sums_.push_back(sums);
      sums.time += time_steps[i];
      sums.counter += static_cast<std::uint32_t>(unzigzag(counter_steps[i]));
      require(sums.time < limit48, "has an impossible id");
    }
  }
  return true;
}

/// Makes ids readable: all of them are decoded, or in runs from their sums.
void BlockReader::open_ids() {
  if (text_ids_) {
    if (!ids_open_) decode_text_ids();
  } else if (id_sums_.empty() && !columns_[layout::column_id_time]) {
    if (ids_open_ || !keep_id_sums()) decode_generated_ids();
  }
  ids_open_ = true;
}

void BlockReader::read_id_run(std::size_t run) {
  const PackedColumn& times = packed(layout::column_id_time);
  const PackedColumn& counters = packed(layout::column_id_counter);
  const std::size_t begin = run * id_run;
  const std::size_t end = std::min(begin + id_run, calls_);
  static_assert(layout::miniblock % id_run == 0);
  std::array<std::uint64_t, id_run> time_steps;
  std::array<std::uint64_t, id_run> counter_steps;
  times.read(bytes_, frames_, begin, std::span(time_steps).first(end - begin));
  counters.read(bytes_, frames_, begin, std::span(counter_steps).first(end - begin));
  IdSums sums = id_sums_[run];
  for (std::size_t i = 0; i < end - begin; ++i) {
    sums.time += time_steps[i];
    sums.counter += static_cast<std::uint32_t>(unzigzag(counter_steps[i]));
    run_ids_[i] = sums;
  }
  run_ = run;
}

CallIdParts BlockReader::id_parts(std::size_t index) {
  const std::size_t run = index / id_run;
  if (!columns_[layout::column_id_time] && run_ != run) {
    if (++runs_read_ > few_runs) {
      decode_generated_ids();
    } else {
      read_id_run(run);
    }
  }
  if (const std::optional<IntegerColumn>& times = columns_[layout::column_id_time]) {
    return {(*times)[index], (*columns_[layout::column_id_machine])[index],
            static_cast<std::uint32_t>((*columns_[layout::column_id_counter])[index])};
  }
  const IdSums& sums = run_ids_[index % id_run];
  return {sums.time, machine_, sums.counter};
}

std::optional<IdTimes> BlockReader::id_times() {
  open_ids();
  if (id_sums_.empty()) return std::nullopt;
  std::vector<std::uint64_t> sums(id_sums_.size());
  std::transform(id_sums_.begin(), id_sums_.end(), sums.begin(),
                 [](const IdSums& of_run) { return of_run.time; });
  const std::size_t begin = offsets_[layout::column_id_time];
  const std::size_t size = offsets_[layout::column_id_time + 1] - begin + layout::padding;
  return IdTimes(std::string_view(bytes_).substr(begin, size), calls_, std::move(sums));
}

std::uint64_t BlockReader::id_time(std::size_t index) {
  open_ids();
  return id_parts(index).milliseconds;
}

IdText BlockReader::id(std::size_t index) {
  open_ids();
  if (text_ids_) return ids_[index];
  char text[call_id_length];
  write_call_id(id_parts(index), text);
  return IdText(std::string_view(text, call_id_length));
}

/// The number of calls below `bound`, or with `above` at or below it.
std::size_t BlockReader::lower_bound_of_parts(const CallIdParts& bound, bool above) {
  const auto precedes = [&](const CallIdParts& parts) {
    return above ? !is_below(bound, parts) : is_below(parts, bound);
  };
  std::size_t low = 0;
  std::size_t high = calls_;
  if (!id_sums_.empty()) {
    // The sums kept for a run are the last id of the run before.
    const auto run =
        std::partition_point(id_sums_.begin() + 1, id_sums_.end(), [&](const IdSums& sums) {
          return precedes({sums.time, machine_, sums.counter});
        });
    low = static_cast<std::size_t>(run - id_sums_.begin() - 1) * id_run;
    high = std::min(low + id_run, calls_);
  }
  while (low < high) {
    const std::size_t middle = low + (high - low) / 2;
    if (precedes(id_parts(middle))) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low;
}

std::size_t BlockReader::lower_bound(std::string_view bound) {
  open_ids();
  if (!text_ids_) {
    // Ids are in the order of their parts, and a NUL after one is just above it.
    const bool above = bound.ends_with('\0');
    if (const auto parts = parse_call_id(bound.substr(0, bound.size() - (above ? 1 : 0)))) {
      return lower_bound_of_parts(*parts, above);
    }
  }
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

}  // namespace fnstore::codec
