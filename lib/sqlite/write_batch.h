#pragma once

#include "codec/row_batch.h"
#include "model/engine.h"
#include "sqlite/block_merge.h"
#include "sqlite/connection.h"
#include "sqlite/prune_selection.h"
#include "sqlite/recent_index.h"
#include "sqlite/state.h"

#include <boost/unordered/unordered_flat_map.hpp>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace fnstore::sqlite {

struct GatheredFunction;
struct PackedInsert;
struct QueueRow;
class EncodingRound;
class GatheredCalls;
class Matcher;

/// How far a function has been pruned.
struct PrunePosition {
  std::string after_row;  // rows up to this id are through
  bool rows_done = false;
  bool done = false;
  std::string after_id;  // blocks up to this id are through
  PruneCounts counts{};  // of what was deleted
};

/// Moves a call to another state; the step must be legal.
void take_step(codec::CallEntry& call, const Transition& step, Timestamp now);

/// Throws `conflict` for a step that the state machine does not allow.
void check_step(Status from, Status to, std::string_view id);

/// The requests of one write transaction, and what they will have changed in the index once it is
/// committed. Lives inside that transaction, by the holder of the store's write lock, while the
/// index mirrors the commit before it. Used by one thread.
class WriteBatch {
 public:
  WriteBatch(Connection& connection, const RecentIndex& index, const StoreState& state);

  /// Carries out one request. A refusal is put into it and leaves the batch as it was; anything
  /// else that is thrown ends the whole transaction.
  void run(WriteRequest& request);

  /// Changes a function's blocks. With `packed_to`: its finished rows up to there are in blocks
  /// now.
  void change_blocks(std::uint32_t fn_no, const BlockChange& change,
                     std::optional<std::int64_t> packed_to);

  /// Deletes a part of what is selected, with all that the calls own, as much as belongs into one
  /// transaction and until `is_late`; goes on from `position`, which is done at the end.
  void prune(const PruneSelection& selection, PrunePosition& position,
             const std::function<bool()>& is_late);

  /// Merges the next neighbouring blocks of a function that fit into one, looking beyond
  /// `after_id`, which moves on. Returns whether there may be more.
  bool merge_blocks(std::uint32_t fn_no, std::string& after_id);

  /// Deletes the finished rows up to a row number, all of which must be in blocks.
  void trim(std::int64_t up_to);

  /// Shortens the file by its free pages, keeping `spare`, until `is_late`. Returns whether there
  /// are more.
  bool give_back_pages(int spare, const std::function<bool()>& is_late);

  Connection& connection() { return connection_; }
  const RecentIndex& index() const { return index_; }
  /// After a change beside calls and blocks.
  void note_change() { changed_ = true; }

  bool changed() const { return changed_; }
  /// Whether other workers should look at the queue, or at what they hold, after the commit.
  bool queue_news() const { return queue_news_; }
  const StoreState& state() const { return state_; }

  /// Writes the new state row; the transaction can then be committed.
  void seal();

  /// After the commit, with the index to itself: brings it to the new state.
  void apply(RecentIndex& index);

 private:
  static constexpr std::size_t no_row = SIZE_MAX;

  /// What the batch knows of a function it has touched. Made for each function in each batch, so
  /// it allocates nothing until it must.
  struct Work {
    std::uint32_t fn_no = 0;
    const Function* known = nullptr;  // null: new in this batch
    codec::IdText max_id;             // no call of the function has a greater id
    const App* last_app = nullptr;    // its calls mostly share one
    std::uint32_t last_app_no = 0;
    std::size_t last_row = no_row;  // the newest of its places in rows_
    boost::unordered_flat_map<std::string_view, std::size_t> newest_row;  // by id, when needed
    std::size_t indexed_rows = 0;  // newest_row covers the places below
  };

  /// A row that came or, with no call, a row that went.
  struct RowEffect {
    std::uint32_t fn_no = 0;
    std::size_t before = no_row;  // the function's place in rows_ before this one
    std::string gone_id;
    std::shared_ptr<RecentCall> call;
  };

  struct BlocksEffect {
    std::string max_block_id;
    std::optional<std::int64_t> packed_to;
  };

  /// Where a call that exists is kept: in a row, or else in a block.
  struct Place {
    std::shared_ptr<const RecentCall> row;
    std::optional<BlockHeader> block;
  };

  /// What a refused request must put back.
  struct Mark {
    StoreState state;
    bool changed = false;
    std::size_t rows = 0;
    std::size_t functions = 0;
    std::size_t apps = 0;
    std::map<std::uint32_t, BlocksEffect> blocks;
  };

  // write_batch.cpp
  void run_whole(WriteRequest& request, const std::function<void()>& work);
  void run_queue_request(WriteRequest& request);
  void roll_back(Mark&& mark);
  Work* find_work(std::string_view fn_id);
  Work& work_for(const std::string& fn_id);
  Work& work_of(std::uint32_t fn_no, const Function* known);
  void add_effect(Work& work, std::string gone_id, std::shared_ptr<RecentCall> call);
  void index_rows(Work& work) const;
  const std::string& max_block_id(const Work& work) const;
  std::optional<Place> find(Work& work, std::string_view id);
  std::optional<Place> find_packed(const Work& work, const std::string& id);
  std::shared_ptr<RecentCall> new_recent();
  void add_row(Work& work, codec::CallEntry&& call);
  void store_pending_rows();
  void forget_row(std::int64_t row_no);
  void erase(Work& work, const Place& place, const std::string& id);
  void note_blocks(std::uint32_t fn_no, std::optional<std::int64_t> packed_to);

  // write_batch_insert.cpp
  void insert(const InsertRequest& request, WriteRequest& outcome);
  void insert_row_at(const InsertRequest& request, std::size_t position, WriteRequest& outcome,
                     codec::CallEntry* gathered = nullptr);
  void insert_bulk(const InsertRequest& request, WriteRequest& outcome);
  std::size_t prepare_packed(const InsertRequest& request, const GatheredCalls& gathered,
                             GatheredFunction& function, WriteRequest& outcome,
                             std::deque<PackedInsert>& prepared);
  void store_encoded(EncodingRound& round);
  bool admit(Work& work, const InsertRequest& request, std::size_t position, WriteRequest& outcome);
  void complete(codec::CallEntry& entry, Work& work, const InsertRequest& request,
                std::size_t position);
  std::uint32_t app_number(Work& work, const Call& call);
  std::uint32_t find_or_add_app(const std::string& app_id, const std::string& app_name);
  std::uint64_t store_log(std::string_view bytes);

  // write_batch_change.cpp
  void transition(const TransitionRequest& request, WriteRequest& outcome);
  void put_log(const LogRequest& request);
  void remove(const RemoveRequest& request);
  std::pair<Work*, Place> require(const CallKey& key);
  codec::CallEntry entry_at(const Place& place, std::string_view id);
  void replace_row(Work& work, const RecentCall& old, codec::CallEntry&& call);
  void edit_block(Work& work, const BlockHeader& header, const std::string& id,
                  const std::function<bool(codec::CallEntry&)>& keep);
  void drop_owned(const codec::CallEntry& call);
  void exchange_log(codec::CallEntry& call, std::string_view bytes);
  std::string read_detail_of(const codec::CallEntry& call);

  // write_batch_prune.cpp
  bool prune_rows(const Function& function, const PruneSelection& selection,
                  PrunePosition& position, const std::function<bool()>& is_late);
  void prune_packed(const Function& function, const PruneSelection& selection,
                    PrunePosition& position, const std::function<bool()>& is_late);
  void drop_block(const Function& function, const BlockHeader& header, bool may_own);
  void thin_out(const Matcher& matcher, const PruneSelection& selection, const BlockHeader& header,
                PruneCounts& counts, std::set<std::string>& changed);

  // write_batch_merge.cpp
  bool merge_run(std::uint32_t fn_no, const std::vector<BlockHeader>& run);

  // write_batch_queue.cpp
  void enqueue(EnqueueRequest& request, WriteRequest& outcome);
  void claim(ClaimRequest& request, WriteRequest& outcome);
  void settle(const SettleRequest& request, WriteRequest& outcome);
  void lease(const LeaseRequest& request, Timestamp now);
  void sweep(SweepRequest& request, Timestamp now);
  void extend_lease(const Worker& worker, Timestamp now);
  std::vector<QueueRow> first_waiting(const ClaimWish& wish);
  std::optional<Timestamp> next_event();
  const std::string& fn_id_of(std::uint32_t fn_no) const;
  Call whole_call(std::string_view fn_id, const codec::CallEntry& entry);
  std::optional<codec::CallEntry> step_queued(const QueueRow& row, Status from,
                                              const Transition& step, Timestamp now);
  void release_worker(std::int64_t worker_no, Timestamp now);
  void sweep_queue(Timestamp now);
  void follow_in_queue(std::uint32_t fn_no, std::string_view id, Status status);

  Connection& connection_;
  const RecentIndex& index_;
  StoreState state_;  // as it will be
  bool changed_ = false;
  bool queue_news_ = false;
  std::deque<Work> works_;
  boost::unordered_flat_map<std::uint32_t, Work*> works_by_number_;
  std::pair<std::string_view, Work*> last_found_{};
  std::deque<RowEffect> rows_;
  /// The last of rows_, where they are to be stored as a batch and are not yet. Whatever takes a
  /// row number or looks for a row in the tables stores them first.
  codec::RowBatchEncoder pending_rows_;
  bool batching_rows_ = false;
  std::shared_ptr<std::vector<RecentCall>> chunk_;
  std::deque<std::string> new_functions_;
  boost::unordered_flat_map<std::string_view, std::uint32_t> new_function_numbers_;
  std::deque<App> new_apps_;
  std::map<std::uint32_t, BlocksEffect> blocks_;
};

}  // namespace fnstore::sqlite
