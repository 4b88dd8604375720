#include "fnstore/call_id.h"
#include "fnstore/error.h"

#include "codec/block.h"
#include "codec/block_layout.h"
#include "codec/far_times.h"
#include "codec/frame.h"
#include "codec/stats_part.h"

#include <algorithm>
#include <unordered_map>

namespace fnstore::codec {
namespace {

using Values = std::vector<std::uint64_t>;

std::uint64_t difference(std::int64_t value, std::int64_t from) {
  return zigzag(static_cast<std::int64_t>(static_cast<std::uint64_t>(value) -
                                          static_cast<std::uint64_t>(from)));
}

/// Column texts in the order of layout::Column.
class ColumnWriter {
 public:
  void add(std::span<const std::uint64_t> values) {
    encode_column(values, data_);
    ends_.push_back(data_.size());
  }
  void add_bytes(std::string_view bytes) {
    data_.append(bytes);
    ends_.push_back(data_.size());
  }

  std::string finish(std::uint8_t id_kind, std::size_t calls, std::uint64_t texts_checksum,
                     std::uint64_t stats_checksum) const {
    std::string out;
    out.reserve(data_.size() + 80);
    put_byte(out, layout::block_version);
    put_byte(out, id_kind);
    put_varint(out, calls);
    put_byte(out, static_cast<std::uint8_t>((texts_checksum != 0 ? 1 : 0) |
                                            (stats_checksum != 0 ? 2 : 0)));
    if (texts_checksum != 0) put_fixed64(out, texts_checksum);
    if (stats_checksum != 0) put_fixed64(out, stats_checksum);
    put_varint(out, ends_.size());
    std::size_t begin = 0;
    for (const std::size_t end : ends_) {
      put_varint(out, end - begin);
      begin = end;
    }
    out += data_;
    out.append(layout::padding, '\0');
    return out;
  }

 private:
  std::string data_;
  std::vector<std::size_t> ends_;
};

/// Numbers texts from 1 in order of first use; the empty text is 0.
class TextDictionary {
 public:
  std::uint64_t number(std::string_view text) {
    if (text.empty()) return 0;
    if (!texts_.empty() && texts_.back() == text) return texts_.size();
    const auto [at, added] = numbers_.emplace(text, texts_.size() + 1);
    if (added) texts_.push_back(text);
    return at->second;
  }

  std::string frame() const {
    if (texts_.empty()) return {};
    std::string bytes;
    put_varint(bytes, texts_.size());
    for (const std::string_view text : texts_) put_text(bytes, text);
    return make_frame(bytes);
  }

 private:
  std::vector<std::string_view> texts_;
  std::unordered_map<std::string_view, std::size_t> numbers_;
};

std::vector<CallIdParts> generated_ids(std::span<const CallEntry* const> calls) {
  std::vector<CallIdParts> ids;
  ids.reserve(calls.size());
  for (const CallEntry* const call : calls) {
    const auto parts = parse_call_id(call->id);
    if (!parts) return {};
    ids.push_back(*parts);
  }
  return ids;
}

void add_generated_ids(std::span<const CallIdParts> ids, ColumnWriter& out) {
  Values times(ids.size());
  Values machine_numbers(ids.size());
  Values counters(ids.size());
  Values machines;
  std::vector<std::uint32_t> last;
  std::unordered_map<std::uint64_t, std::size_t> numbers;
  std::uint64_t last_time = 0;
  for (std::size_t i = 0; i < ids.size(); ++i) {
    times[i] = ids[i].milliseconds - last_time;
    last_time = ids[i].milliseconds;
    std::size_t number = machines.empty() || machines.back() != ids[i].machine
                             ? numbers.emplace(ids[i].machine, machines.size()).first->second
                             : machines.size() - 1;
    if (number == machines.size()) {
      machines.push_back(ids[i].machine);
      last.push_back(0);
    }
    machine_numbers[i] = number;
    counters[i] = zigzag(static_cast<std::int32_t>(ids[i].counter - last[number]));
    last[number] = ids[i].counter;
  }
  out.add(times);
  out.add(machine_numbers);
  out.add(counters);
  std::string list;
  put_varint(list, machines.size());
  encode_column(machines, list);
  out.add_bytes(list);
}

void add_text_ids(std::span<const CallEntry* const> calls, ColumnWriter& out) {
  std::string bytes;
  std::string_view last;
  for (const CallEntry* const call : calls) {
    const std::string_view id(call->id);
    const auto same = static_cast<std::size_t>(
        std::mismatch(id.begin(), id.end(), last.begin(), last.end()).first - id.begin());
    put_varint(bytes, same);
    put_text(bytes, id.substr(same));
    last = id;
  }
  out.add_bytes(make_frame(bytes));
  for (int absent = 0; absent < 3; ++absent) out.add_bytes({});
}

void add_times(std::span<const CallEntry* const> calls, std::span<const CallIdParts> ids,
               ColumnWriter& out) {
  Values created(calls.size());
  Values wait(calls.size());
  Values run(calls.size());
  std::int64_t last = 0;
  for (std::size_t i = 0; i < calls.size(); ++i) {
    const CallEntry& call = *calls[i];
    if (!ids.empty()) last = static_cast<std::int64_t>(ids[i].milliseconds);
    created[i] = difference(call.created, last);
    last = call.created;
    wait[i] = call.started == no_time ? 0 : 1 + difference(call.started, call.created);
    const std::int64_t run_from = call.started == no_time ? call.created : call.started;
    run[i] = call.completed == no_time ? 0 : 1 + difference(call.completed, run_from);
  }
  out.add(created);
  out.add(wait);
  out.add(run);
}

std::string add_words(std::span<const CallEntry* const> calls, ColumnWriter& out) {
  TextDictionary texts;
  std::array<Values, 5> columns;
  for (Values& column : columns) column.resize(calls.size());
  for (std::size_t i = 0; i < calls.size(); ++i) {
    const CallEntry& call = *calls[i];
    columns[0][i] = static_cast<std::uint64_t>(call.status);
    columns[1][i] = static_cast<std::uint64_t>(call.type);
    columns[2][i] = call.app_no;
    columns[3][i] = texts.number(call.trigger_id);
    columns[4][i] = texts.number(call.error);
  }
  for (const Values& column : columns) out.add(column);
  return texts.frame();
}

std::string add_stats(std::span<const CallEntry* const> calls, ColumnWriter& out) {
  Values sizes(calls.size());
  std::string part = encode_stats_part(calls, sizes);
  out.add(sizes);
  return part;
}

void add_owned(std::span<const CallEntry* const> calls, ColumnWriter& out) {
  Values details(calls.size(), 0);
  Values logs(calls.size(), 0);
  std::uint64_t last_detail = 0;
  std::uint64_t last_log = 0;
  for (std::size_t i = 0; i < calls.size(); ++i) {
    if (const std::uint64_t number = calls[i]->detail_no; number != 0) {
      details[i] = 1 + zigzag(static_cast<std::int64_t>(number - last_detail));
      last_detail = number;
    }
    if (const std::uint64_t number = calls[i]->log_no; number == empty_log_no) {
      logs[i] = 1;
    } else if (number != 0) {
      logs[i] = 2 + zigzag(static_cast<std::int64_t>(number - last_log));
      last_log = number;
    }
  }
  out.add(details);
  out.add(logs);
}

BlockSummary summarize(std::span<const CallEntry* const> calls) {
  BlockSummary summary;
  summary.calls = static_cast<std::uint32_t>(calls.size());
  summary.min_id = calls.front()->id.view();
  summary.max_id = calls.back()->id.view();
  summary.min_created = summary.max_created = calls.front()->created;
  summary.min_app = summary.max_app = calls.front()->app_no;
  for (const CallEntry* const each : calls) {
    const CallEntry& call = *each;
    summary.errors += call.status == Status::error ? 1U : 0U;
    summary.cancelled += call.status == Status::cancelled ? 1U : 0U;
    summary.type_mask |= 1U << static_cast<unsigned>(call.type);
    summary.min_app = std::min(summary.min_app, call.app_no);
    summary.max_app = std::max(summary.max_app, call.app_no);
    summary.min_created = std::min(summary.min_created, call.created);
    summary.max_created = std::max(summary.max_created, call.created);
  }
  return summary;
}

}  // namespace

EncodedBlock encode_block(std::span<const CallEntry* const> calls) {
  EncodedBlock block;
  block.summary = summarize(calls);
  ColumnWriter columns;
  const std::vector<CallIdParts> ids = generated_ids(calls);
  if (ids.empty()) {
    add_text_ids(calls, columns);
  } else {
    add_generated_ids(ids, columns);
  }
  add_times(calls, ids, columns);
  block.texts = add_words(calls, columns);
  block.stats = add_stats(calls, columns);
  add_owned(calls, columns);
  const std::uint64_t texts_checksum = block.texts.empty() ? 0 : layout::checksum(block.texts);
  const std::uint64_t stats_checksum = block.stats.empty() ? 0 : layout::checksum(block.stats);
  block.columns = columns.finish(ids.empty() ? layout::ids_text : layout::ids_generated,
                                 calls.size(), texts_checksum, stats_checksum);
  block.checksum = layout::checksum(block.columns);
  if (const auto far = find_far_times(calls)) {
    block.far_created =
        encode_far_times(*far, block.summary.min_created, block.summary.max_created);
  }
  return block;
}

}  // namespace fnstore::codec
