#include "sqlite/changes.h"

#include "sqlite/block_cursor.h"
#include "sqlite/conversion.h"
#include "sqlite/listing.h"
#include "sqlite/matcher.h"
#include "sqlite/row_table.h"

#include <algorithm>
#include <string_view>
#include <utility>

namespace fnstore::sqlite {
namespace {

/// A function in whose blocks calls may have come to lie that were never seen as rows.
struct Repacked {
  BlocksVersion version;
  std::string_view fn_id;
  std::string above;               // calls with greater ids are new
  std::vector<std::string> ended;  // were unfinished, and are no rows any more
};

class Reader {
 public:
  Reader(Snapshot& snapshot, ChangeFeed::Position& position, const CallFilter& filter)
      : snapshot_(snapshot), position_(position), matcher_(filter, snapshot.index()) {}

  std::vector<Call> read(const CallFilter& filter) {
    const RecentIndex& index = snapshot_.index();
    if (position_.commit_seq == index.seq) return {};
    const bool begun = position_.commit_seq != 0;
    position_.commit_seq = index.seq;
    const std::int64_t last_row_no = index.last_row_no;
    const std::int64_t blocks_seq = index.blocks_seq;
    for (const Function& function : index.functions()) {
      const bool wanted = filter.fn_id.empty() || function.fn_id == filter.fn_id;
      look_at(function, wanted && begun && !matcher_.matches_nothing());
    }
    snapshot_.release_index();
    for (const Repacked& function : repacked_) read_blocks(function);
    std::ranges::sort(rows_, {}, &RecentCall::row_no);
    for (const RecentCall* const row : rows_) add(*row);
    position_.row_no = last_row_no;
    position_.blocks_seq = blocks_seq;
    return std::move(calls_);
  }

 private:
  void look_at(const Function& function, bool wanted) {
    ChangeFeed::Position::OfFunction& known = position_.functions[function.fn_no];
    const bool repacked_since = function.blocks_seq > position_.blocks_seq;
    const bool has_new = std::ranges::any_of(
        function.calls, [&](const RecentPointer& row) { return row->row_no > position_.row_no; });
    if (!has_new && !repacked_since) return;
    const std::vector<std::string> before = std::exchange(known.unfinished, {});
    Repacked repacked{{function.fn_no, function.blocks_seq}, function.fn_id, known.max_id, {}};
    for (const RecentPointer& row : function.calls) {
      if (!is_finished(row->call.status)) known.unfinished.emplace_back(row->call.id.view());
      if (!wanted || row->row_no <= position_.row_no || !matcher_.matches(row->call)) continue;
      kept_.push_back(row);
      rows_.push_back(row.get());
    }
    const std::string_view newest =
        function.calls.empty() ? std::string_view() : function.calls.back()->call.id.view();
    known.max_id = std::max({known.max_id, std::string(newest), function.max_block_id});
    if (!wanted || !repacked_since) return;
    for (const std::string& id : before) {
      if (snapshot_.index().find(function, id) == nullptr) repacked.ended.push_back(id);
    }
    repacked_.push_back(std::move(repacked));
  }

  void read_blocks(const Repacked& function) {
    std::vector<codec::CallEntry> found;
    BlockSource source(snapshot_);
    BlockCursor cursor(source, matcher_, function.version, std::nullopt);
    while (cursor.next() && cursor.id().view() > function.above) found.push_back(cursor.entry());
    std::ranges::reverse(found);
    for (const std::string& id : function.ended) {
      std::optional<codec::CallEntry> call = find_packed_call(snapshot_, function.version, id);
      const bool twice = id > function.above;
      if (call && !twice && matcher_.matches(*call)) found.push_back(std::move(*call));
    }
    for (codec::CallEntry& call : found) add(std::move(call), function.fn_id);
  }

  void add(const RecentCall& row) {
    codec::CallEntry entry = row.call;
    if (row.stats_in_row) entry.stats = read_row_stats(snapshot_.connection(), row.row_no);
    add(std::move(entry), row.function->fn_id);
  }

  void add(codec::CallEntry&& entry, std::string_view fn_id) {
    const App& app = snapshot_.app(entry.app_no);
    calls_.push_back(to_call(std::move(entry), fn_id, app));
  }

  Snapshot& snapshot_;
  ChangeFeed::Position& position_;
  Matcher matcher_;
  std::vector<RecentPointer> kept_;  // keeps rows_ alive
  std::vector<const RecentCall*> rows_;
  std::vector<Repacked> repacked_;
  std::vector<Call> calls_;
};

}  // namespace

std::vector<Call> read_changes(Snapshot& snapshot, ChangeFeed::Position& position,
                               const CallFilter& filter) {
  return Reader(snapshot, position, filter).read(filter);
}

}  // namespace fnstore::sqlite
