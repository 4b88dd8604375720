#pragma once

#include "codec/call_entry.h"

#include <boost/unordered/unordered_flat_map.hpp>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace fnstore::sqlite {

struct Function;

/// A call of call_rows. Never changed once it is in the index; a call that changes is replaced.
struct RecentCall {
  codec::CallEntry call;  // `stats` empty when stats_in_row
  const Function* function = nullptr;
  std::int64_t row_no = 0;
  bool stats_in_row = false;  // the stats are large and stay in the table only
  /// No longer in the index. Written only by who has the index to itself.
  mutable bool stale = false;
};
using RecentPointer = std::shared_ptr<const RecentCall>;

/// A row of fns with the function's recent calls. Its address never changes.
struct Function {
  std::uint32_t fn_no = 0;
  std::string fn_id;
  std::int64_t packed_to = 0;        // finished rows up to this row_no are in blocks
  std::int64_t blocks_seq = 0;       // commit_seq that last changed its blocks
  std::string max_block_id;          // greatest id in its blocks; empty: none
  std::vector<RecentPointer> calls;  // by id, rising
};

struct App {
  std::string app_id;
  std::string app_name;
};

/// Stats above this many bytes are not kept in memory.
inline constexpr std::size_t stats_in_memory = 1'024;

/// Whether a row is only waiting to be deleted: its call is in a block already.
inline bool is_packed(const RecentCall& row) {
  return is_finished(row.call.status) && row.row_no <= row.function->packed_to;
}

/// What one process keeps in memory of a store: the dictionaries and every call that is not packed,
/// as of one commit_seq. No locks of its own: the owner (SharedIndex) orders access.
class RecentIndex {
 public:
  std::int64_t seq = 0;          // store_state.commit_seq this mirrors; 0: nothing loaded
  std::int64_t blocks_seq = 0;   // store_state.blocks_seq, the same
  std::int64_t last_row_no = 0;  // rows above it are not known yet

  const Function* find_function(std::string_view fn_id) const;
  Function& function(std::uint32_t fn_no) { return functions_.at(fn_no - 1); }
  const std::deque<Function>& functions() const { return functions_; }
  /// Adds the next function; numbers are dense from 1. When it throws, nothing was added; the same
  /// of add_app().
  Function& add_function(std::string fn_id);

  const App& app(std::uint32_t app_no) const { return apps_.at(app_no); }
  std::optional<std::uint32_t> find_app(std::string_view app_id, std::string_view app_name) const;
  std::vector<std::uint32_t> apps_with_id(std::string_view app_id) const;
  std::size_t app_count() const { return apps_.size(); }
  /// Adds the next app; numbers are dense from 0, which is the app without id and name.
  void add_app(App app);

  /// All recent calls by (id, fn_id), rising, once order() has been called.
  bool ordered() const {
    return unordered_.empty() && !has_stale_ && functions_order_seq_ == blocks_seq;
  }
  void order();
  const std::vector<RecentPointer>& ordered_calls() const { return calls_; }
  /// Functions that have blocks by (max_block_id, fn_id), falling, once order() has been called.
  const std::vector<const Function*>& ordered_functions() const { return ordered_functions_; }
  RecentPointer find(const Function& function, std::string_view id) const;
  std::size_t finished() const { return finished_; }

  /// Adds a call, in place of one with the same id of the same function.
  void put(RecentPointer call);
  void erase(const Function& function, std::string_view id);

  /// Forgets every call of these functions that is_packed() says is in a block.
  void drop_packed(const std::vector<std::uint32_t>& fn_nos);

  /// Forgets all calls; functions and apps stay, since readers may still hold their addresses.
  void clear_calls() noexcept;

  /// Mirrors nothing any more, as after a change that failed half way; needs no memory.
  void forget() noexcept;

 private:
  void order_functions();
  void retire(const RecentCall& call);
  void sweep();
  void sweep_when_many();

  std::deque<Function> functions_;
  boost::unordered_flat_map<std::string_view, Function*> functions_by_id_;
  std::deque<App> apps_;  // their addresses never change
  std::unordered_map<std::string, std::uint32_t> apps_by_key_;
  // The order over all functions is only wanted by listings over all functions, so it is made then.
  std::vector<RecentPointer> calls_;      // ordered, perhaps with stale ones among them
  std::vector<RecentPointer> unordered_;  // came since
  bool has_stale_ = false;                // calls_ or unordered_ hold calls that are no more
  std::vector<const Function*> ordered_functions_;
  std::int64_t functions_order_seq_ = -1;  // the blocks_seq they were ordered at
  std::size_t live_ = 0;
  std::size_t finished_ = 0;
};

}  // namespace fnstore::sqlite
