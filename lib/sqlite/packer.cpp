#include "sqlite/packer.h"

#include "sqlite/row_table.h"

#include <algorithm>
#include <deque>
#include <mutex>
#include <shared_mutex>

namespace fnstore::sqlite {
namespace {

/// What one slice may hold, so that its transaction stays within a few milliseconds.
constexpr std::size_t slice_calls = 16'384;
constexpr std::size_t slice_rewrites = 256;    // blocks taken apart for one function
constexpr std::int64_t trim_stretch = 32'768;  // row numbers

/// Whether all of `rows` are still the function's calls, unchanged; both are in order of id.
bool is_current(const Function& function, const std::vector<RecentPointer>& rows) {
  auto at = function.calls.begin();
  for (const RecentPointer& row : rows) {
    at = std::find(at, function.calls.end(), row);
    if (at == function.calls.end()) return false;
  }
  return true;
}

/// Keeps the rows with the `count` least numbers, in order of id, and says the greatest of them.
std::int64_t keep_oldest(std::vector<RecentPointer>& rows, std::size_t count) {
  std::vector<std::int64_t> numbers;
  numbers.reserve(rows.size());
  for (const RecentPointer& row : rows) numbers.push_back(row->row_no);
  const auto last = numbers.begin() + static_cast<std::ptrdiff_t>(std::min(count, rows.size())) - 1;
  std::nth_element(numbers.begin(), last, numbers.end());
  const std::int64_t limit = *last;
  std::erase_if(rows, [&](const RecentPointer& row) { return row->row_no > limit; });
  return limit;
}

}  // namespace

Packer::Packer(ReadPool& pool, SharedIndex& shared, Writer& writer)
    : pool_(pool), shared_(shared), writer_(writer) {}

std::vector<Packer::Item> Packer::gather(const RecentIndex& index, std::int64_t up_to) const {
  std::vector<Item> items;
  std::size_t total = 0;
  for (const Function& function : index.functions()) {
    Item item;
    for (const RecentPointer& row : function.calls) {
      if (is_finished(row->call.status) && row->row_no <= up_to) item.rows.push_back(row);
    }
    if (item.rows.empty()) continue;
    item.fn_no = function.fn_no;
    item.blocks_seq = function.blocks_seq;
    item.packed_to = keep_oldest(item.rows, slice_calls);
    total += item.rows.size();
    items.push_back(std::move(item));
    if (total >= slice_calls) break;
  }
  return items;
}

void Packer::plan(Connection& connection, Item& item) const {
  while (true) {
    std::vector<const codec::CallEntry*> calls;
    std::deque<codec::CallEntry> completed;  // those whose stats are in the table only
    calls.reserve(item.rows.size());
    for (const RecentPointer& row : item.rows) {
      calls.push_back(&row->call);
      if (!row->stats_in_row) continue;
      completed.push_back(row->call);
      completed.back().stats = read_row_stats(connection, row->row_no);
      calls.back() = &completed.back();
    }
    item.change = plan_merge(connection, item.fn_no, calls);
    if (item.change.removed.size() <= slice_rewrites) return;
    item.packed_to = keep_oldest(item.rows, item.rows.size() / 2);
  }
}

/// Packs one slice of the rows up to a number; false when there are none left.
bool Packer::pack_slice(std::int64_t up_to) {
  std::vector<Item> items;
  {
    Snapshot snapshot(pool_, shared_);
    items = gather(snapshot.index(), up_to);
    snapshot.release_index();
    for (Item& item : items) plan(snapshot.connection(), item);
  }
  if (items.empty()) return false;
  writer_.transact([&](WriteBatch& batch) {
    for (const Item& item : items) {
      const Function& function = shared_.index.functions()[item.fn_no - 1];
      if (function.blocks_seq != item.blocks_seq) continue;
      if (!is_current(function, item.rows)) continue;
      batch.change_blocks(item.fn_no, item.change, item.packed_to);
    }
  });
  return true;
}

/// Up to where no finished row is left that is not packed; so those that are can go.
std::int64_t Packer::trim_limit(std::int64_t up_to) {
  const std::shared_lock lock(shared_.mutex);
  std::int64_t limit = up_to;
  for (const Function& function : shared_.index.functions()) {
    for (const RecentPointer& row : function.calls) {
      if (is_finished(row->call.status)) limit = std::min(limit, row->row_no - 1);
    }
  }
  return limit;
}

void Packer::trim(std::int64_t up_to, const std::function<bool()>& stop) {
  bool more = true;
  while (more && !stop()) {
    writer_.transact([&](WriteBatch& batch) {
      const std::int64_t from = batch.state().trimmed_to;
      more = from < up_to;
      if (more) batch.trim(std::min(up_to, from + trim_stretch));
    });
  }
}

std::int64_t Packer::last_row() {
  const Snapshot snapshot(pool_, shared_);
  return snapshot.index().last_row_no;
}

void Packer::give_back(int spare_pages, const std::function<bool()>& stop) {
  bool more = true;
  while (more && !stop()) {
    writer_.transact([&](WriteBatch& batch) { more = batch.give_back_pages(spare_pages); });
  }
}

void Packer::run(int spare_pages, const std::function<bool()>& stop) {
  const std::int64_t up_to = last_row();
  while (pack_slice(up_to)) {
    if (stop()) return;
  }
  trim(trim_limit(up_to), stop);
  give_back(spare_pages, stop);
}

}  // namespace fnstore::sqlite
