#include "sqlite/calls_cursor.h"

#include "fnstore/json.h"
#include "fnstore/timestamp.h"

#include "codec/stats_blob.h"

#include <algorithm>
#include <compare>
#include <sqlite3.h>
#include <utility>

namespace fnstore::sqlite {
namespace {

void give(sqlite3_context* context, std::string_view text) {
  const char* const bytes = text.data() == nullptr ? "" : text.data();
  sqlite3_result_text64(context, bytes, text.size(), SQLITE_TRANSIENT, SQLITE_UTF8);
}

void give_time(sqlite3_context* context, std::int64_t time) {
  if (time == codec::no_time) return sqlite3_result_null(context);
  give(context, format_rfc3339(Timestamp(std::chrono::milliseconds(time))));
}

void give_difference(sqlite3_context* context, std::int64_t from, std::int64_t to) {
  if (from == codec::no_time || to == codec::no_time) return sqlite3_result_null(context);
  sqlite3_result_int64(context, to - from);
}

}  // namespace

/// Orders a heap so that the call that comes first is on top.
auto CallsCursor::comes_later(bool rising) {
  return [rising](const Head& a, const Head& b) {
    auto order = a.id <=> b.id;
    if (std::is_eq(order)) order = a.walk->function().fn_id <=> b.walk->function().fn_id;
    return rising ? std::is_gt(order) : std::is_lt(order);
  };
}

std::vector<const StoredFunction*> CallsCursor::wanted_functions() const {
  std::vector<const StoredFunction*> found;
  if (plan_.filter.nothing) return found;
  if (plan_.filter.fn_ids) {
    for (const std::string& fn_id : *plan_.filter.fn_ids) {
      const auto number = snapshot_->numbers.find(fn_id);
      if (number != snapshot_->numbers.end()) {
        found.push_back(&snapshot_->functions[number->second - 1]);
      }
    }
  } else {
    for (const StoredFunction& function : snapshot_->functions) found.push_back(&function);
  }
  return found;
}

void CallsCursor::start(CallsPlan plan) {
  current_ = nullptr;
  entry_.reset();
  walk_.reset();
  merged_.clear();
  plan_ = std::move(plan);
  snapshot_ = source_.snapshot();
  functions_ = wanted_functions();
  started_functions_ = 0;
  if (!plan_.order.by_function) return start_merge();
  std::ranges::sort(functions_, [&](const StoredFunction* a, const StoredFunction* b) {
    return plan_.order.functions_rising ? a->fn_id < b->fn_id : b->fn_id < a->fn_id;
  });
  next_of_functions();
}

void CallsCursor::start_merge() {
  for (const StoredFunction* function : functions_) {
    auto walk = std::make_unique<FunctionWalk>(source_, *snapshot_, plan_.filter, *function,
                                               plan_.order.ids_rising);
    if (!walk->next()) continue;
    merged_.push_back({walk->id(), std::move(walk)});
  }
  std::ranges::make_heap(merged_, comes_later(plan_.order.ids_rising));
  current_ = merged_.empty() ? nullptr : merged_.front().walk.get();
}

void CallsCursor::next() {
  entry_.reset();
  if (plan_.order.by_function) {
    next_of_functions();
  } else {
    next_of_merge();
  }
}

void CallsCursor::next_of_functions() {
  while (walk_ == nullptr || !walk_->next()) {
    current_ = nullptr;
    if (started_functions_ == functions_.size()) return;
    walk_ =
        std::make_unique<FunctionWalk>(source_, *snapshot_, plan_.filter,
                                       *functions_[started_functions_++], plan_.order.ids_rising);
  }
  current_ = walk_.get();
}

void CallsCursor::next_of_merge() {
  const auto later = comes_later(plan_.order.ids_rising);
  std::ranges::pop_heap(merged_, later);
  Head& last = merged_.back();
  if (last.walk->next()) {
    last.id = last.walk->id();
    std::ranges::push_heap(merged_, later);
  } else {
    merged_.pop_back();
  }
  current_ = merged_.empty() ? nullptr : merged_.front().walk.get();
}

std::int64_t CallsCursor::row_number() {
  if (const RowPlace* const row = current_->row()) return row->row_no;
  const PackedWalk& packed = current_->packed();
  return -(packed.block().body_no * static_cast<std::int64_t>(codec::block_calls_limit) +
           static_cast<std::int64_t>(packed.position()));
}

/// The columns of a row; of a packed call, only those that are asked for are decoded.
const codec::CallEntry& CallsCursor::entry() {
  if (!entry_) entry_ = source_.row(*current_->row());
  return *entry_;
}

std::int64_t CallsCursor::created() {
  if (const RowPlace* const row = current_->row()) return row->created;
  return current_->packed().reader().created(current_->packed().position());
}

std::int64_t CallsCursor::started() {
  if (current_->row() != nullptr) return entry().started;
  return current_->packed().reader().started(current_->packed().position());
}

std::int64_t CallsCursor::completed() {
  if (current_->row() != nullptr) return entry().completed;
  return current_->packed().reader().completed(current_->packed().position());
}

void CallsCursor::text_column(sqlite3_context* context, CallsColumn which) {
  const bool wants_error = which == CallsColumn::error;
  if (current_->row() != nullptr) {
    return give(context, wants_error ? entry().error : entry().trigger_id);
  }
  PackedWalk& packed = current_->packed();
  codec::BlockReader& reader = packed.reader();
  const std::size_t at = packed.position();
  if (!(wants_error ? reader.has_error(at) : reader.has_trigger(at))) return give(context, "");
  source_.supply_texts(packed.block(), reader);
  give(context, wants_error ? reader.error(at) : reader.trigger_id(at));
}

void CallsCursor::stats_column(sqlite3_context* context) {
  std::string stats;
  if (current_->row() != nullptr) {
    stats = entry().stats;
  } else {
    PackedWalk& packed = current_->packed();
    if (packed.reader().has_stats(packed.position())) {
      source_.supply_stats(packed.block(), packed.reader());
      stats = packed.reader().stats(packed.position());
    }
  }
  if (stats.empty()) return sqlite3_result_null(context);
  give(context, to_json(codec::decode_stats(stats)));
}

void CallsCursor::column(sqlite3_context* context, CallsColumn which) {
  const RowPlace* const row = current_->row();
  PackedWalk& packed = current_->packed();
  switch (which) {
    case CallsColumn::id:
      return give(context, current_->id().view());
    case CallsColumn::fn_id:
      return give(context, current_->function().fn_id);
    case CallsColumn::app_id:
    case CallsColumn::app_name: {
      const App& app =
          source_.app(row != nullptr ? entry().app_no : packed.reader().app_no(packed.position()));
      return give(context, which == CallsColumn::app_id ? app.app_id : app.app_name);
    }
    case CallsColumn::trigger_id:
    case CallsColumn::error:
      return text_column(context, which);
    case CallsColumn::type:
      return give(context, to_string(row != nullptr ? entry().type
                                                    : packed.reader().type(packed.position())));
    case CallsColumn::status:
      return give(context, to_string(row != nullptr ? row->status
                                                    : packed.reader().status(packed.position())));
    case CallsColumn::created_at:
      return give_time(context, created());
    case CallsColumn::started_at:
      return give_time(context, started());
    case CallsColumn::completed_at:
      return give_time(context, completed());
    case CallsColumn::wait_ms:
      return give_difference(context, created(), started());
    case CallsColumn::run_ms:
      return give_difference(context, started(), completed());
    case CallsColumn::stats:
      return stats_column(context);
  }
}

}  // namespace fnstore::sqlite
