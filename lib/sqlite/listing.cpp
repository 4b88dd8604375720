#include "sqlite/listing.h"

#include "sqlite/block_cursor.h"
#include "sqlite/matcher.h"
#include "sqlite/page_items.h"

#include <algorithm>
#include <iterator>
#include <queue>
#include <utility>

namespace fnstore::sqlite {
namespace {

/// Beyond this many functions a page over all of them keeps no decoded blocks between calls.
constexpr std::size_t most_open_blocks = 256;

/// Room made for a page's calls before they are known, each of some 700 bytes.
constexpr std::size_t most_reserved = 128;

/// Where the recent calls (rising) end that lie strictly below the cursor.
std::vector<RecentPointer>::const_iterator end_below(const std::vector<RecentPointer>& calls,
                                                     const std::optional<CursorPosition>& cursor) {
  if (!cursor) return calls.end();
  return std::partition_point(calls.begin(), calls.end(), [&](const RecentPointer& call) {
    const int order = call->call.id.view().compare(cursor->id);
    return order < 0 || (order == 0 && call->function->fn_id < cursor->fn_id);
  });
}

/// The ids a function may still contribute lie strictly below this.
Bound bound_for(const std::optional<CursorPosition>& cursor, std::string_view fn_id) {
  if (!cursor) return std::nullopt;
  if (fn_id < cursor->fn_id) return cursor->id + '\0';  // the cursor's own id is still to come
  return cursor->id;
}

/// Collects a page from the two tiers, newest first. `Items` takes the calls: CallItems, ViewItems.
template <typename Items>
class Page {
 public:
  Page(Snapshot& snapshot, const ListRequest& request, Items items)
      : snapshot_(snapshot),
        request_(request),
        matcher_(request.filter, snapshot.index()),
        source_(snapshot),
        items_(std::move(items)) {}

  void fill() {
    if (matcher_.matches_nothing()) return;
    items_.reserve(std::min(request_.per_page, most_reserved));
    if (request_.filter.fn_id.empty()) {
      of_all_functions();
    } else {
      of_function();
    }
  }

 private:
  /// The next packed call of a function, or only an upper bound of its id while `cursor` is empty.
  struct Head {
    codec::IdText id;
    std::string_view fn_id;
    BlocksVersion version;
    std::shared_ptr<BlockCursor> cursor;

    bool operator<(const Head& other) const {
      const int order = id.view().compare(other.id.view());
      return order != 0 ? order < 0 : fn_id < other.fn_id;
    }
  };

  void of_function();
  void of_all_functions();
  bool add_newest_rows(const Function& function);
  void gather_recent(const std::vector<RecentPointer>& calls);
  bool may_need_blocks(const std::string& max_block_id) const;
  bool is_full() const { return items_.size() >= request_.per_page; }
  void add_recent() { items_.add(*recent_[taken_++]); }
  std::vector<Head> packed_functions() const;

  Snapshot& snapshot_;
  const ListRequest& request_;
  Matcher matcher_;
  BlockSource source_;
  Items items_;
  std::vector<RecentPointer> recent_;
  std::size_t taken_ = 0;
};

/// The calls that match, newest first, as many as may be wanted.
template <typename Items>
void Page<Items>::gather_recent(const std::vector<RecentPointer>& calls) {
  const auto end = end_below(calls, request_.cursor);
  for (auto at = std::make_reverse_iterator(end);
       at != calls.rend() && recent_.size() < request_.per_page; ++at) {
    if (matcher_.matches((*at)->call)) recent_.push_back(*at);
  }
}

/// Adds rows newer than all blocks right from the index, which is held meanwhile. Whether that
/// made the page full; when not, the page is left as far as it came.
template <typename Items>
bool Page<Items>::add_newest_rows(const Function& function) {
  const std::string_view newest_packed = function.max_block_id;
  const auto end = end_below(function.calls, request_.cursor);
  for (auto at = std::make_reverse_iterator(end); at != function.calls.rend(); ++at) {
    const codec::CallEntry& call = (*at)->call;
    if (call.id.view().compare(newest_packed) < 0) break;
    if (matcher_.matches(call)) items_.add(**at);
    if (is_full()) return true;
  }
  return false;
}

template <typename Items>
bool Page<Items>::may_need_blocks(const std::string& max_block_id) const {
  if (max_block_id.empty()) return false;
  return recent_.size() < request_.per_page ||
         recent_.back()->call.id.view().compare(max_block_id) < 0;
}

template <typename Items>
void Page<Items>::of_function() {
  const Function* const function = snapshot_.index().find_function(request_.filter.fn_id);
  if (function == nullptr) return;
  if constexpr (!Items::needs_transaction) {
    if (add_newest_rows(*function)) return;
  }
  gather_recent(function->calls);
  taken_ = items_.size();
  const BlocksVersion version{function->fn_no, function->blocks_seq};
  const bool blocks = may_need_blocks(function->max_block_id);
  snapshot_.release_index();
  BlockCursor packed(source_, matcher_, version, bound_for(request_.cursor, function->fn_id));
  bool more = blocks && packed.next();
  while (!is_full()) {
    if (more && (recent_.size() == taken_ || packed.id() > recent_[taken_]->call.id)) {
      items_.add(packed, function->fn_id);
      more = !is_full() && packed.next();
    } else if (taken_ < recent_.size()) {
      add_recent();
    } else {
      return;
    }
  }
}

template <typename Items>
std::vector<typename Page<Items>::Head> Page<Items>::packed_functions() const {
  std::vector<Head> heads;
  for (const Function& function : snapshot_.index().functions()) {
    if (function.max_block_id.empty()) continue;
    Head head{
        function.max_block_id, function.fn_id, {function.fn_no, function.blocks_seq}, nullptr};
    if (request_.cursor && head.id.view() > request_.cursor->id) head.id = request_.cursor->id;
    heads.push_back(std::move(head));
  }
  return heads;
}

template <typename Items>
void Page<Items>::of_all_functions() {
  gather_recent(snapshot_.index().ordered_calls());
  std::priority_queue<Head> heads(std::less<Head>(), packed_functions());
  snapshot_.release_index();
  while (!is_full()) {
    const bool have_recent = taken_ < recent_.size();
    if (heads.empty() && !have_recent) return;
    if (have_recent) {
      const RecentCall& recent = *recent_[taken_];
      const Head mark{recent.call.id, recent.function->fn_id, {}, nullptr};
      if (heads.empty() || heads.top() < mark) {
        add_recent();
        continue;
      }
    }
    Head head = heads.top();
    heads.pop();
    if (head.cursor == nullptr) {
      head.cursor = std::make_shared<BlockCursor>(source_, matcher_, head.version,
                                                  bound_for(request_.cursor, head.fn_id));
    } else {
      items_.add(*head.cursor, head.fn_id);
    }
    if (!head.cursor->next()) continue;
    head.id = head.cursor->id();
    if (heads.size() > most_open_blocks) head.cursor->release();
    heads.push(std::move(head));
  }
}

}  // namespace

std::vector<Call> list_calls(Snapshot& snapshot, const ListRequest& request) {
  std::vector<Call> calls;
  Page(snapshot, request, CallItems(snapshot, calls)).fill();
  return calls;
}

void list_views(Snapshot& snapshot, const ListRequest& request, CallViewList& page) {
  Page(snapshot, request, ViewItems(snapshot, page)).fill();
}

std::optional<codec::CallEntry> find_packed_call(Snapshot& snapshot, const BlocksVersion& version,
                                                 const std::string& id) {
  BlockSource source(snapshot);
  const HeaderPointer header = source.below(version, id + '\0');
  if (header == nullptr || header->summary.max_id < id) return std::nullopt;
  const BlockLease block = source.open(*header);
  const std::size_t at = block->lower_bound(id);
  if (at == block->size() || block->id(at).view() != id) return std::nullopt;
  source.supply_texts(*header, *block);
  source.supply_stats(*header, *block);
  return block->entry(at);
}

std::optional<codec::CallEntry> find_call(Snapshot& snapshot, const CallKey& key) {
  const RecentIndex& index = snapshot.index();
  const Function* const function = index.find_function(key.fn_id);
  if (function == nullptr) return std::nullopt;
  const RecentPointer recent = index.find(*function, key.id);
  const BlocksVersion version{function->fn_no, function->blocks_seq};
  const bool may_be_packed = key.id <= function->max_block_id;
  snapshot.release_index();
  if (recent != nullptr) {
    return recent->stats_in_row ? entry_of(snapshot.connection(), *recent) : recent->call;
  }
  if (!may_be_packed) return std::nullopt;
  return find_packed_call(snapshot, version, std::string(key.id));
}

}  // namespace fnstore::sqlite
