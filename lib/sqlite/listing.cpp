#include "sqlite/listing.h"

#include "sqlite/block_cursor.h"
#include "sqlite/conversion.h"
#include "sqlite/matcher.h"
#include "sqlite/row_table.h"

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

/// The recent calls of `calls` (rising) strictly below the cursor that match, newest first.
std::vector<RecentPointer> matching(const std::vector<RecentPointer>& calls,
                                    const std::optional<CursorPosition>& cursor,
                                    const Matcher& matcher, std::size_t most) {
  auto end = calls.end();
  if (cursor) {
    end = std::partition_point(calls.begin(), calls.end(), [&](const RecentPointer& call) {
      const int order = call->call.id.view().compare(cursor->id);
      return order < 0 || (order == 0 && call->function->fn_id < cursor->fn_id);
    });
  }
  std::vector<RecentPointer> found;
  for (auto at = std::make_reverse_iterator(end); at != calls.rend() && found.size() < most; ++at) {
    if (matcher.matches((*at)->call)) found.push_back(*at);
  }
  return found;
}

/// The ids a function may still contribute lie strictly below this.
Bound bound_for(const std::optional<CursorPosition>& cursor, std::string_view fn_id) {
  if (!cursor) return std::nullopt;
  if (fn_id < cursor->fn_id) return cursor->id + '\0';  // the cursor's own id is still to come
  return cursor->id;
}

codec::CallEntry entry_of(Connection& connection, const RecentCall& recent) {
  codec::CallEntry entry = recent.call;
  if (recent.stats_in_row) entry.stats = read_row_stats(connection, recent.row_no);
  return entry;
}

/// Collects a page from the two tiers, newest first.
class Page {
 public:
  Page(Snapshot& snapshot, const ListRequest& request)
      : snapshot_(snapshot), request_(request), matcher_(request.filter, snapshot.index()) {}

  std::vector<Call> of_function() {
    const Function* const function = snapshot_.index().find_function(request_.filter.fn_id);
    if (function == nullptr || matcher_.matches_nothing()) return {};
    recent_ = matching(function->calls, request_.cursor, matcher_, request_.per_page);
    const std::string max_block_id = function->max_block_id;
    snapshot_.release_index();
    BlockCursor packed(snapshot_.connection(), matcher_, function->fn_no,
                       bound_for(request_.cursor, function->fn_id));
    bool more = may_need_blocks(max_block_id) && packed.next();
    while (items_.size() < request_.per_page) {
      if (more && (recent_.size() == taken_ || packed.id() > recent_[taken_]->call.id)) {
        add(packed.entry(), function->fn_id);
        more = items_.size() < request_.per_page && packed.next();
      } else if (taken_ < recent_.size()) {
        add_recent();
      } else {
        break;
      }
    }
    return std::move(items_);
  }

  std::vector<Call> of_all_functions();

 private:
  /// The next packed call of a function, or only an upper bound of its id while `cursor` is empty.
  struct Head {
    codec::IdText id;
    std::string_view fn_id;
    std::uint32_t fn_no = 0;
    std::shared_ptr<BlockCursor> cursor;

    bool operator<(const Head& other) const {
      const int order = id.view().compare(other.id.view());
      return order != 0 ? order < 0 : fn_id < other.fn_id;
    }
  };

  bool may_need_blocks(const std::string& max_block_id) const {
    if (max_block_id.empty()) return false;
    return recent_.size() < request_.per_page || max_block_id > recent_.back()->call.id.view();
  }

  void add(codec::CallEntry&& entry, std::string_view fn_id) {
    const std::uint32_t app_no = entry.app_no;
    if (items_.empty()) items_.reserve(std::min(request_.per_page, most_reserved));
    fill_call(items_.emplace_back(), std::move(entry), fn_id, snapshot_.app(app_no));
  }

  void add_recent() {
    const RecentCall& recent = *recent_[taken_++];
    add(entry_of(snapshot_.connection(), recent), recent.function->fn_id);
  }

  std::vector<Head> packed_functions() const;

  Snapshot& snapshot_;
  const ListRequest& request_;
  Matcher matcher_;
  std::vector<RecentPointer> recent_;
  std::size_t taken_ = 0;
  std::vector<Call> items_;
};

std::vector<Page::Head> Page::packed_functions() const {
  std::vector<Head> heads;
  for (const Function& function : snapshot_.index().functions()) {
    if (function.max_block_id.empty()) continue;
    Head head{function.max_block_id, function.fn_id, function.fn_no, nullptr};
    if (request_.cursor && head.id.view() > request_.cursor->id) head.id = request_.cursor->id;
    heads.push_back(std::move(head));
  }
  return heads;
}

std::vector<Call> Page::of_all_functions() {
  if (matcher_.matches_nothing()) return {};
  recent_ =
      matching(snapshot_.index().ordered_calls(), request_.cursor, matcher_, request_.per_page);
  std::priority_queue<Head> heads(std::less<Head>(), packed_functions());
  snapshot_.release_index();
  while (items_.size() < request_.per_page) {
    const bool have_recent = taken_ < recent_.size();
    if (heads.empty() && !have_recent) break;
    if (have_recent) {
      const RecentCall& recent = *recent_[taken_];
      const Head mark{recent.call.id, recent.function->fn_id, 0, nullptr};
      if (heads.empty() || heads.top() < mark) {
        add_recent();
        continue;
      }
    }
    Head head = heads.top();
    heads.pop();
    if (head.cursor == nullptr) {
      head.cursor = std::make_shared<BlockCursor>(snapshot_.connection(), matcher_, head.fn_no,
                                                  bound_for(request_.cursor, head.fn_id));
    } else {
      add(head.cursor->entry(), head.fn_id);
    }
    if (!head.cursor->next()) continue;
    head.id = head.cursor->id();
    if (heads.size() > most_open_blocks) head.cursor->release();
    heads.push(std::move(head));
  }
  return std::move(items_);
}

}  // namespace

std::vector<Call> list_calls(Snapshot& snapshot, const ListRequest& request) {
  Page page(snapshot, request);
  return request.filter.fn_id.empty() ? page.of_all_functions() : page.of_function();
}

std::optional<codec::CallEntry> find_packed_call(Connection& connection, std::uint32_t fn_no,
                                                 const std::string& id) {
  const auto header = block_at_or_below(connection, fn_no, id);
  if (!header || header->summary.max_id < id) return std::nullopt;
  codec::BlockReader block = open_block(connection, *header);
  const std::size_t at = block.lower_bound(id);
  if (at == block.size() || block.id(at).view() != id) return std::nullopt;
  supply_texts(connection, *header, block);
  supply_stats(connection, *header, block);
  return block.entry(at);
}

std::optional<codec::CallEntry> find_call(Snapshot& snapshot, const CallKey& key) {
  const RecentIndex& index = snapshot.index();
  const Function* const function = index.find_function(key.fn_id);
  if (function == nullptr) return std::nullopt;
  const RecentPointer recent = index.find(*function, key.id);
  const std::string max_block_id = function->max_block_id;
  snapshot.release_index();
  if (recent != nullptr) return entry_of(snapshot.connection(), *recent);
  if (key.id > max_block_id) return std::nullopt;
  return find_packed_call(snapshot.connection(), function->fn_no, std::string(key.id));
}

}  // namespace fnstore::sqlite
