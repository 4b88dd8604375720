#include "fnstore/error.h"
#include "fnstore/limits.h"

#include "codec/block.h"
#include "codec/block_layout.h"
#include "codec/frame.h"
#include "codec/stats_blob.h"

#include <algorithm>

namespace fnstore::codec {
namespace {

constexpr const char* what_texts = "the texts of a block";
constexpr const char* what_stats = "the stats of a block";

void require(bool condition, const char* what, const char* why) {
  if (!condition) ByteReader({}, what).fail(why);
}

}  // namespace

namespace {

/// A column of durations as they are stored: 0, or a zigzagged number and 1.
void read_durations(const IntegerColumn& column, std::span<std::int64_t> out) {
  const auto duration = [](std::uint64_t stored) {
    return stored == 0 ? no_time : unzigzag(stored - 1);
  };
  if (column.is_constant()) {
    std::fill(out.begin(), out.end(), duration(column[0]));
  } else {
    const std::span<const std::uint64_t> stored = column.values(out.size());
    std::transform(stored.begin(), stored.end(), out.begin(), duration);
  }
}

}  // namespace

void BlockReader::read_waits(std::span<std::int64_t> out) {
  read_durations(column(layout::column_wait), out.first(calls_));
}

void BlockReader::read_runs(std::span<std::int64_t> out) {
  const IntegerColumn& waits = column(layout::column_wait);
  read_durations(column(layout::column_run), out.first(calls_));
  if (waits.is_constant() && waits[0] != 0) return;
  for (std::size_t i = 0; i < calls_; ++i) {
    if (waits[i] == 0) out[i] = no_time;
  }
}

void BlockReader::read_failures(std::vector<std::size_t>& out) {
  const auto success = static_cast<std::uint64_t>(Status::success);
  const IntegerColumn& statuses = column(layout::column_status);
  if (statuses.is_constant() && statuses[0] == success) return;
  for (std::size_t i = 0; i < calls_; ++i) {
    if (statuses[i] != success && status(i) != Status::success) out.push_back(i);
  }
}

bool BlockReader::has_trigger(std::size_t index) {
  return value(layout::column_trigger, index) != 0;
}

bool BlockReader::has_error(std::size_t index) {
  return error_number(index) != 0;
}

bool BlockReader::has_stats(std::size_t index) {
  return value(layout::column_stats_size, index) != 0;
}

std::size_t BlockReader::error_number(std::size_t index) {
  return static_cast<std::size_t>(value(layout::column_error, index));
}

void BlockReader::supply_texts(std::string_view frame) {
  require(frame.empty() ? texts_checksum_ == 0 : layout::checksum(frame) == texts_checksum_,
          what_texts, "do not match their checksum");
  const std::string bytes = open_frame(frame, block_part_limit, what_texts);
  ByteReader in(bytes, what_texts);
  texts_.assign(1, std::string());
  const std::size_t count = bytes.empty() ? 0 : in.count(2 * calls_);
  for (std::size_t i = 0; i < count; ++i) {
    texts_.emplace_back(in.text(std::max(limits::error_bytes, limits::name_bytes)));
  }
  if (in.remaining() != 0) in.fail("have bytes left over");
  texts_bytes_ += texts_.capacity() * sizeof(std::string) + bytes.size();
  texts_supplied_ = true;
}

void BlockReader::supply_stats(std::string_view part) {
  require(part.empty() ? stats_checksum_ == 0 : layout::checksum(part) == stats_checksum_,
          what_stats, "do not match their checksum");
  if (is_stats_columns(part)) {
    supply_stats_columns(part);
  } else {
    supply_stats_frame(part);
  }
  stats_supplied_ = true;
}

void BlockReader::supply_stats_columns(std::string_view part) {
  const IntegerColumn& sizes = column(layout::column_stats_size);
  std::vector<std::uint64_t> samples(calls_);
  std::vector<CallSpan> spans(calls_);
  for (std::size_t i = 0; i < calls_; ++i) {
    samples[i] = sizes[i];
    spans[i] = call_span(created(i), started(i), completed(i));
  }
  stats_columns_.emplace(part, samples, spans);
}

void BlockReader::supply_stats_frame(std::string_view frame) {
  stats_bytes_ = open_frame(frame, block_part_limit, what_stats);
  stats_offsets_.assign(1, 0);
  const IntegerColumn& sizes = column(layout::column_stats_size);
  for (std::size_t i = 0; i < calls_; ++i) {
    require(sizes[i] <= stats_bytes_.size() - stats_offsets_.back(), what_stats, "end too early");
    stats_offsets_.push_back(stats_offsets_.back() + static_cast<std::size_t>(sizes[i]));
  }
  require(stats_offsets_.back() == stats_bytes_.size(), what_stats, "have bytes left over");
}

const std::string& BlockReader::trigger_id(std::size_t index) {
  static const std::string none;
  const std::uint64_t number = value(layout::column_trigger, index);
  if (number == 0) return none;
  require(number < texts_.size(), what_texts, "lack a trigger id");
  return texts_[static_cast<std::size_t>(number)];
}

const std::string& BlockReader::error(std::size_t index) {
  static const std::string none;
  const std::size_t number = error_number(index);
  if (number == 0) return none;
  require(number < texts_.size(), what_texts, "lack an error");
  return texts_[number];
}

std::string BlockReader::stats(std::size_t index) {
  if (!has_stats(index)) return {};
  require(stats_supplied_, what_stats, "are missing");
  if (stats_columns_) return stats_columns_->stats(index);
  return stats_bytes_.substr(stats_offsets_[index],
                             stats_offsets_[index + 1] - stats_offsets_[index]);
}

std::vector<bool> BlockReader::errors_containing(std::string_view wanted) {
  std::vector<bool> found(texts_.size());
  std::transform(texts_.begin(), texts_.end(), found.begin(),
                 [&](const std::string& text) { return text.find(wanted) != std::string::npos; });
  return found;
}

CallEntry BlockReader::entry(std::size_t index) {
  CallEntry call;
  call.id = id(index);
  call.status = status(index);
  call.type = type(index);
  call.app_no = app_no(index);
  const CallTimes when = times(index);
  call.created = when.created;
  call.started = when.started;
  call.completed = when.completed;
  call.trigger_id = trigger_id(index);
  call.error = error(index);
  call.stats = stats(index);
  call.detail_no = detail_no(index);
  call.log_no = log_no(index);
  return call;
}

BlockSummary BlockReader::summary() {
  BlockSummary all;
  all.calls = static_cast<std::uint32_t>(calls_);
  all.min_id = id(0).view();
  all.max_id = id(calls_ - 1).view();
  all.min_created = all.max_created = created(0);
  all.min_app = all.max_app = app_no(0);
  for (std::size_t i = 0; i < calls_; ++i) {
    all.errors += status(i) == Status::error ? 1U : 0U;
    all.cancelled += status(i) == Status::cancelled ? 1U : 0U;
    all.type_mask |= 1U << static_cast<unsigned>(type(i));
    all.min_app = std::min(all.min_app, app_no(i));
    all.max_app = std::max(all.max_app, app_no(i));
    all.min_created = std::min(all.min_created, created(i));
    all.max_created = std::max(all.max_created, created(i));
  }
  return all;
}

}  // namespace fnstore::codec
