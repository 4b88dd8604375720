#include "sqlite/packer.h"

#include "sqlite/row_table.h"
#include "sqlite/slices.h"

#include <algorithm>
#include <deque>
#include <iterator>
#include <mutex>
#include <shared_mutex>
#include <utility>

namespace fnstore::sqlite {
namespace {

/// What one slice may hold, so that its transaction stays within a few milliseconds.
constexpr std::size_t slice_calls = 8'192;
constexpr std::size_t slice_functions = 64;
constexpr std::size_t slice_rewrites = 256;  // blocks taken apart for one function
/// Rows of one function that are worth a change of its last block.
constexpr std::size_t worthwhile_rows = 64;
/// Times pack_after of rows that may come before a row that waits must be packed.
constexpr std::size_t most_rounds = 4;
constexpr std::int64_t trim_stretch = 32'768;  // row numbers

/// Whether the function's finished rows up to a number are exactly `rows`, unchanged (both are in
/// order of id): only then may it say that all up to there are packed.
bool are_all(const Function& function, std::int64_t up_to, const std::vector<RecentPointer>& rows) {
  auto next = rows.begin();
  for (const RecentPointer& row : function.calls) {
    if (!is_finished(row->call.status) || row->row_no > up_to) continue;
    if (next == rows.end() || *next != row) return false;
    ++next;
  }
  return next == rows.end();
}

/// Takes the rows with the `count` least numbers out of `rows`, both in order of id, and says the
/// greatest of those numbers.
std::int64_t take_oldest(std::vector<RecentPointer>& rows, std::size_t count,
                         std::vector<RecentPointer>& taken) {
  std::vector<std::int64_t> numbers;
  numbers.reserve(rows.size());
  for (const RecentPointer& row : rows) numbers.push_back(row->row_no);
  const auto last = numbers.begin() + static_cast<std::ptrdiff_t>(std::min(count, rows.size())) - 1;
  std::nth_element(numbers.begin(), last, numbers.end());
  const std::int64_t limit = *last;
  taken.clear();
  std::vector<RecentPointer> left;
  for (RecentPointer& row : rows) (row->row_no > limit ? left : taken).push_back(std::move(row));
  rows = std::move(left);
  return limit;
}

}  // namespace

Packer::Packer(ReadPool& pool, SharedIndex& shared, Writer& writer, std::size_t pack_after)
    : pool_(pool),
      shared_(shared),
      writer_(writer),
      longest_wait_(
          static_cast<std::int64_t>(most_rounds * std::min(pack_after, std::size_t{1} << 40U))) {}

/// What is to be packed, by function. Looked for once a round: in each slice it would cost a walk
/// over everything that still waits.
std::vector<Packer::Backlog> Packer::gather(Extent extent, std::int64_t up_to) {
  const Snapshot snapshot(pool_, shared_);
  std::vector<Backlog> backlog;
  std::vector<Backlog> few;
  std::size_t left = 0;
  std::int64_t oldest_left = up_to;
  for (const Function& function : snapshot.index().functions()) {
    Backlog of_function{function.fn_no, {}};
    for (const RecentPointer& row : function.calls) {
      if (is_finished(row->call.status) && row->row_no <= up_to) of_function.rows.push_back(row);
    }
    if (of_function.rows.empty()) continue;
    if (extent == Extent::all || of_function.rows.size() >= worthwhile_rows) {
      backlog.push_back(std::move(of_function));
      continue;
    }
    left += of_function.rows.size();
    for (const RecentPointer& row : of_function.rows) {
      oldest_left = std::min(oldest_left, row->row_no);
    }
    few.push_back(std::move(of_function));
  }
  if (oldest_left < up_to - longest_wait_) {
    std::move(few.begin(), few.end(), std::back_inserter(backlog));
    left = 0;
  }
  left_.store(left, std::memory_order_relaxed);
  return backlog;
}

std::vector<Packer::Item> Packer::next_slice(std::vector<Backlog>& backlog) {
  std::vector<Item> items;
  std::size_t total = 0;
  while (!backlog.empty() && total < slice_calls && items.size() < slice_functions) {
    Backlog& of_function = backlog.back();
    Item& item = items.emplace_back();
    item.fn_no = of_function.fn_no;
    item.packed_to = take_oldest(of_function.rows, slice_calls, item.rows);
    total += item.rows.size();
    if (!of_function.rows.empty()) break;
    backlog.pop_back();
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
    if (item.change.removed.size() <= slice_rewrites || item.rows.size() == 1) return;
    std::vector<RecentPointer> older;  // the others wait for the next round
    item.packed_to = take_oldest(item.rows, item.rows.size() / 2, older);
    item.rows = std::move(older);
  }
}

/// Packs one slice. Nobody is told of it, so it needs no fsync of its own. Whoever's rows have
/// changed since they were gathered, or who had others before them that are still to be packed, is
/// passed over, for the next round.
void Packer::pack_slice(std::vector<Item>& items) {
  {
    Snapshot snapshot(pool_, shared_);
    for (Item& item : items) {
      item.blocks_seq = snapshot.index().functions()[item.fn_no - 1].blocks_seq;
    }
    snapshot.release_index();
    for (Item& item : items) plan(snapshot.connection(), item);
  }
  writer_.transact_unsynced([&](WriteBatch& batch) {
    for (const Item& item : items) {
      const Function& function = shared_.index.functions()[item.fn_no - 1];
      if (function.blocks_seq != item.blocks_seq) continue;
      if (!are_all(function, item.packed_to, item.rows)) continue;
      batch.change_blocks(item.fn_no, item.change, item.packed_to);
    }
  });
}

/// Packs what is finished now, up to a row number. Whether there may be more of it.
bool Packer::pack_round(Extent extent, std::int64_t up_to, const std::function<bool()>& stop) {
  std::vector<Backlog> backlog = gather(extent, up_to);
  const bool any = !backlog.empty();
  while (!backlog.empty() && !stop()) {
    std::vector<Item> items = next_slice(backlog);
    pack_slice(items);
    writer_.checkpoint(false);
  }
  return any && !stop();
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
    writer_.transact_unsynced([&](WriteBatch& batch) {
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
  Slices slices(writer_);
  bool more = true;
  while (more && !stop()) {
    slices.run([&](WriteBatch& batch, const Slices::IsOver& is_over) {
      more = batch.give_back_pages(spare_pages, is_over);
    });
  }
}

void Packer::run(Extent extent, int spare_pages, const std::function<bool()>& stop) {
  const std::int64_t up_to = last_row();
  while (pack_round(extent, up_to, stop)) continue;
  if (stop()) return;
  trim(trim_limit(up_to), stop);
  give_back(spare_pages, stop);
}

}  // namespace fnstore::sqlite
