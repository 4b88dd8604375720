#pragma once

#include "fnstore/call.h"
#include "fnstore/call_filter.h"
#include "fnstore/call_view.h"
#include "fnstore/change_feed.h"
#include "fnstore/error.h"
#include "fnstore/queue.h"
#include "fnstore/retention.h"
#include "fnstore/safekeeping.h"
#include "fnstore/sql.h"
#include "fnstore/statistics.h"
#include "fnstore/store.h"

#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace fnstore {

/// Calls to record, all or none unless `on_conflict` says otherwise. Either `calls` or `records`
/// is used; both are views of validated calls that outlive the request.
struct InsertRequest {
  std::span<const Call> calls;
  std::span<const CallRecord> records;
  OnConflict on_conflict = OnConflict::error;

  std::size_t size() const { return calls.size() + records.size(); }
  const Call& call(std::size_t i) const { return records.empty() ? calls[i] : records[i].call; }
  const std::string* log(std::size_t i) const {
    return records.empty() || !records[i].log ? nullptr : &*records[i].log;
  }
};

struct TransitionRequest {
  CallKey key;
  const Transition* step = nullptr;
};

struct LogRequest {
  CallKey key;
  std::string_view bytes;
};

struct RemoveRequest {
  CallKey key;
};

/// A call to record and queue or, with a worker, to be held by it at once.
struct EnqueueRequest {
  const Call* call = nullptr;
  Runner runner = Runner::function;
  std::string_view idempotency_key;
  const Worker* holder = nullptr;
  std::string existing_id;  // out: of the call that was queued with the same key before
};

struct ClaimRequest {
  Worker worker;
  std::span<HeldEnd> ends;
  const ClaimWish* wish = nullptr;
  Handout handout;  // out
};

struct SettleRequest {
  CallKey key;
  Worker worker;
  int attempt = 0;
  const Settlement* settlement = nullptr;
};

/// Renews or ends a worker's lease.
struct LeaseRequest {
  Worker worker;
  bool ends = false;
};

struct SweepRequest {
  std::optional<Timestamp> next;  // out: when there is more to do
};

/// One caller's write with its outcome. Views in it must live until the engine has answered.
struct WriteRequest {
  std::variant<InsertRequest, TransitionRequest, LogRequest, RemoveRequest, EnqueueRequest,
               ClaimRequest, SettleRequest, LeaseRequest, SweepRequest>
      body;
  Timestamp now;               // for times the caller left out
  InsertCounts counts;         // out: insert
  std::optional<Call> call;    // out: transition, settle
  std::optional<Error> error;  // out: set when the request was refused; it changed nothing then
};

/// Gives the next writes of a group, in their order, so that the first can be carried out while
/// others still come. None: it is complete, and is not asked again. Must not throw.
using WriteSource = std::function<std::span<WriteRequest* const>()>;

/// A listing made ready: the filter's cursor decoded, its page size resolved. The filter outlives
/// it.
struct ListRequest {
  const CallFilter& filter;
  std::optional<CursorPosition> cursor;
  std::size_t per_page = 0;
};

/// A statement of a user. All three outlive the request.
struct SqlRequest {
  std::string_view text;
  const SqlCallback* take = nullptr;
  const SqlOptions* options = nullptr;
};

/// What a storage engine does. The Store validates, groups and waits; the engine keeps. Every
/// method may be called from any thread, may throw Error, and sees all that was written before.
class Engine {
 public:
  virtual ~Engine() = default;

  /// Writes a group in one transaction; each request gets its own outcome. Throws when the whole
  /// transaction failed: then none of the group happened (`in_doubt`: perhaps all of it did).
  /// Writes that `next` has not given by then have no part in it.
  virtual void write(const WriteSource& next) = 0;

  virtual std::optional<Call> find(const CallKey& key) = 0;
  virtual std::vector<Call> list(const ListRequest& request) = 0;
  /// The same as views; `page` keeps their texts, and is empty before.
  virtual void list_views(const ListRequest& request, CallViewList& page) = 0;
  virtual std::optional<std::string> find_log(const CallKey& key) = 0;
  virtual StoreInfo info() = 0;
  virtual bool exchanged() const noexcept = 0;
  virtual std::vector<Call> changes(ChangeFeed::Position& position, const CallFilter& filter) = 0;
  virtual Statistics statistics(const StatisticsRequest& request) = 0;
  virtual std::vector<std::string> function_ids(std::string_view prefix, std::size_t limit) = 0;

  virtual std::vector<Queue::HeldCall> held(const Worker& worker) = 0;
  virtual std::optional<std::string> find_result(const CallKey& key) = 0;
  virtual std::unique_ptr<QueueWatch> watch_queue() = 0;

  virtual PruneResult prune(const PruneRequest& request) = 0;
  virtual RetentionPolicy retention_policy() = 0;
  virtual void set_retention_policy(const RetentionPolicy& policy) = 0;

  /// Gives all space back that no call needs.
  virtual void compact() = 0;

  /// Runs a statement that only reads, as run_sql promises; returns the names of the columns.
  virtual std::vector<std::string> query(const SqlRequest& request) = 0;

  /// Moves finished calls into their compact form; returns when all that were there are.
  virtual void pack() = 0;

  /// As in Safekeeping.
  virtual Verification verify(const WorkProgress& progress) = 0;
  virtual std::optional<CopyCounts> backup(const std::string& target,
                                           const CopyOptions& options) = 0;
};

}  // namespace fnstore
