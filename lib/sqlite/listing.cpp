#include "sqlite/listing.h"

#include "sqlite/block_cursor.h"
#include "sqlite/matcher.h"
#include "sqlite/page_items.h"

#include <algorithm>
#include <iterator>
#include <memory>
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

bool is_before(const RecentCall& a, const RecentCall& b) {
  const int order = a.call.id.view().compare(b.call.id.view());
  return order != 0 ? order < 0 : a.function->fn_id < b.function->fn_id;
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
  void fill_packed();

 private:
  /// The next packed call of a function, or only an upper bound of its id while `cursor` is empty.
  struct Head {
    codec::IdText id;
    const Function* function;
    BlocksVersion version;
    std::unique_ptr<BlockCursor> cursor;
    bool is_far = false;  // the bound is the page's cursor: a nearer one can be found

    bool operator<(const Head& other) const {
      const int order = id.view().compare(other.id.view());
      return order != 0 ? order < 0 : function->fn_id < other.function->fn_id;
    }
    bool is_below(const RecentCall& call) const {
      const int order = id.view().compare(call.call.id.view());
      return order != 0 ? order < 0 : function->fn_id < call.function->fn_id;
    }
  };

  void of_function();
  void of_all_functions();
  void of_newest(const std::vector<RecentPointer>& packed);
  void come_nearer(std::vector<Head>& heads);
  void merge(std::vector<Head> heads);
  bool add_newest_rows(const Function& function);
  void gather_recent(const std::vector<RecentPointer>& calls);
  bool may_need_blocks(const std::string& max_block_id) const;
  bool is_full() const { return items_.size() >= request_.per_page; }
  void add_recent() { items_.add(*recent_[taken_++]); }
  std::vector<Head> packed_functions(bool recent_left_out) const;

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
    const bool only_packed = recent_.size() == taken_;
    if (more && (only_packed || packed.id() > recent_[taken_]->call.id)) {
      items_.add(packed, *function, only_packed ? request_.per_page - items_.size() : 1);
      more = !is_full() && packed.next();
    } else if (taken_ < recent_.size()) {
      add_recent();
    } else {
      return;
    }
  }
}

/// The functions whose blocks may give the page a call, with bounds of their next one.
/// `recent_left_out`: as if there were no recent calls.
template <typename Items>
std::vector<typename Page<Items>::Head> Page<Items>::packed_functions(bool recent_left_out) const {
  std::vector<Head> heads;
  const bool full = !recent_left_out && recent_.size() >= request_.per_page;
  // One that begins below the cursor has a call for the page, unless a filter refuses it: of those
  // no more can come onto the page than it has places.
  std::size_t places = matcher_.matches_all() ? request_.per_page : ~std::size_t{0};
  for (const Function* const function : snapshot_.index().ordered_functions()) {
    const std::string_view newest = function->max_block_id;
    Head head{newest, function, {function->fn_no, function->blocks_seq}, nullptr};
    if (request_.cursor && newest >= request_.cursor->id) {
      head.id = request_.cursor->id;
      head.is_far = true;
    } else if (places-- == 0) {
      break;
    }
    if (full && head.is_below(*recent_.back())) {
      if (head.is_far) continue;  // those are not in order among each other
      break;
    }
    heads.push_back(std::move(head));
  }
  return heads;
}

/// Replaces bounds that are the page's cursor by what is known of the calls below it, so that only
/// blocks are opened whose calls may be on the page.
template <typename Items>
void Page<Items>::come_nearer(std::vector<Head>& heads) {
  if (!request_.cursor) return;
  const std::string& above = request_.cursor->id;
  const std::string at = above + '\0';  // where the cursor's own id is still to come
  for (Head& head : heads) {
    if (!head.is_far) continue;
    const bool still_to_come = head.function->fn_id < request_.cursor->fn_id;
    head.id = source_.at_most(head.version, still_to_come ? at : above).value_or(codec::IdText());
  }
  std::erase_if(heads, [](const Head& head) { return head.id.empty(); });
}

/// Adds packed calls from the heads, newest first, and recent ones as long as they are newer.
template <typename Items>
void Page<Items>::merge(std::vector<Head> heads) {
  come_nearer(heads);
  std::make_heap(heads.begin(), heads.end());
  while (!is_full()) {
    const bool have_recent = taken_ < recent_.size();
    if (heads.empty() && !have_recent) return;
    if (have_recent && (heads.empty() || heads.front().is_below(*recent_[taken_]))) {
      add_recent();
      continue;
    }
    std::pop_heap(heads.begin(), heads.end());
    Head& head = heads.back();
    if (head.cursor == nullptr) {
      head.cursor = std::make_unique<BlockCursor>(source_, matcher_, head.version,
                                                  bound_for(request_.cursor, head.function->fn_id));
    } else {
      items_.add(*head.cursor, *head.function);
      if (is_full()) return;
    }
    if (!head.cursor->next()) {
      heads.pop_back();
      continue;
    }
    head.id = head.cursor->id();
    if (heads.size() > most_open_blocks) head.cursor->release();
    std::push_heap(heads.begin(), heads.end());
  }
}

/// The newest page from recent calls and the newest packed ones, which are remembered.
template <typename Items>
void Page<Items>::of_newest(const std::vector<RecentPointer>& packed) {
  auto next = packed.begin();
  while (!is_full()) {
    if (next != packed.end() && (taken_ == recent_.size() || is_before(*recent_[taken_], **next))) {
      items_.add(**next++);
    } else if (taken_ < recent_.size()) {
      add_recent();
    } else {
      return;
    }
  }
}

template <typename Items>
void Page<Items>::of_all_functions() {
  gather_recent(snapshot_.index().ordered_calls());
  std::vector<Head> heads = packed_functions(false);
  const bool newest =
      !request_.cursor && matcher_.matches_all() && request_.per_page <= NewestPacked::most_calls;
  if (heads.empty() || !newest) {
    snapshot_.release_index();
    merge(std::move(heads));
    return;
  }
  const std::int64_t blocks_seq = snapshot_.index().blocks_seq;
  NewestPacked& kept = snapshot_.shared().newest;
  NewestPacked::Calls packed = kept.find(blocks_seq, request_.per_page);
  if (packed == nullptr) {
    auto found = std::make_shared<std::vector<RecentPointer>>();
    Page<PackedItems> only_packed(snapshot_, request_, PackedItems(*found));
    only_packed.fill_packed();
    packed = std::move(found);
    kept.put(blocks_seq, request_.per_page, packed);
  } else if (Items::needs_transaction) {
    snapshot_.release_index();
  }
  of_newest(*packed);
}

/// Only the packed calls of all functions. Releases the index.
template <typename Items>
void Page<Items>::fill_packed() {
  std::vector<Head> heads = packed_functions(true);
  snapshot_.release_index();
  merge(std::move(heads));
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
