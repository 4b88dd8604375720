#pragma once

#include "fnstore/call.h"
#include "fnstore/call_filter.h"
#include "fnstore/call_view.h"
#include "fnstore/error.h"
#include "fnstore/redaction.h"
#include "fnstore/timestamp.h"

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <iterator>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace fnstore {

/// What an acknowledged write survives.
enum class Durability {
  power_safe,  ///< Acknowledged after fsync: survives a power cut.
  crash_safe,  ///< Acknowledged when committed: survives kill -9. A power cut may lose the last
               ///< commits, and never corrupts.
  buffered,    ///< Acknowledged at once; written soon after, flush() waits for it. A crash may
               ///< lose what was not written. Refusals come from the next flush().
};

struct StoreOptions {
  Durability durability = Durability::power_safe;
  bool create = true;                              ///< false: a missing file is `not_found`
  std::chrono::milliseconds busy_timeout{10'000};  ///< how long to wait for other processes
  std::size_t pack_after = 65'536;                 ///< finished rows before packing begins, >= 1
  bool background_packing = true;                  ///< false: only pack() packs
  /// How often the store's retention policy is applied in the background, among all processes that
  /// have it open for writing; 0: not by this one. Nor without background_packing.
  std::chrono::milliseconds retention_interval{60'000};
  const Clock* clock = nullptr;  ///< null: system_clock(); must outlive the store
  /// What may be kept in memory of packed blocks that were read; 0: nothing. It comes on top of
  /// SQLite's own caches (16 MiB for the writer, 4 MiB for each of up to 8 readers at rest) and of
  /// the calls that are not packed yet (some 200 bytes each).
  std::size_t cache_bytes = std::size_t{48} << 20;
  RedactionRule redaction{};  ///< names whose values this store never records
};

/// What to do with a call that exists already.
enum class OnConflict { error, skip, replace };

struct InsertCounts {
  std::size_t inserted = 0;  ///< replaced calls count here
  std::size_t skipped = 0;
};

/// One step of a call through the state machine.
struct Transition {
  Status to = Status::running;
  std::optional<Timestamp> at{};  ///< absent: the clock's now. Sets started_at or completed_at.
  std::string error{};            ///< only with `error` and `cancelled`
  Stats stats{};                  ///< not empty: replaces the call's stats
};

struct StoreInfo {
  int schema_version = 0;
  std::string engine_version;  ///< e.g. "SQLite 3.40.1"
  std::uint64_t file_bytes = 0;
  std::uint64_t wal_bytes = 0;
  std::uint64_t calls = 0;
  std::array<std::uint64_t, status_count> calls_by_status{};  ///< index: Status
  std::uint64_t functions = 0;                                ///< with at least one call
  std::optional<Timestamp> oldest;                            ///< least created_at
  std::optional<Timestamp> newest;                            ///< greatest created_at
  double bytes_per_call = 0;  ///< (file_bytes + wal_bytes) / calls; 0 without calls
};

class CallRange;
struct PruneRequest;
struct PruneResult;
struct RetentionPolicy;
struct Statistics;
struct StatisticsRequest;
struct SqlOptions;
struct SqlRow;

/// An open history. Any thread may call any method at any time; writes of many threads share
/// transactions (group commit), reads never block writes. Every method may throw Error.
/// A child of fork() has the parent's memory without its threads and locks: there every method
/// throws `unsupported`, opening the same file does too while the parent has it open at the fork,
/// and destroying the object does nothing. Children that exec are not concerned.
class Store {
 public:
  /// Opens `path`, creating it (mode 0600) unless told not to. A damaged, foreign or newer file is
  /// refused and left as it was. Other processes may have the same file open.
  static Store open(const std::string& path, const StoreOptions& options = {});

  Store(Store&&) noexcept;
  Store& operator=(Store&&) noexcept;
  ~Store();  ///< writes what is buffered, then closes

  /// Records a call in any state. An absent created_at becomes the clock's now. `conflict` when
  /// (fn_id, id) exists. Nothing is changed by a call that is refused.
  void insert(const Call& call);

  /// All or nothing. 4096 and more go straight into packed blocks where they can, on two threads.
  void insert(std::span<const Call> calls);

  /// The same with logs, and with a say on calls that exist; with `error` all or nothing.
  InsertCounts insert(std::span<const CallRecord> records, OnConflict on_conflict);

  /// Moves a call to another state and returns it as it is then. `not_found`, or `conflict` when
  /// the state machine does not allow the step.
  Call transition(const CallKey& key, const Transition& step);

  /// The whole call; nothing when it does not exist.
  std::optional<Call> find(const CallKey& key) const;

  /// The whole call; `not_found` when it does not exist.
  Call get(const CallKey& key) const;

  /// One page. See CallFilter for the order and the bounds.
  CallList list(const CallFilter& filter) const;

  /// The same page as views, which copy only what a list shows; several times as fast.
  CallViewList list_views(const CallFilter& filter) const;
  /// The same into a list that was used before, whose memory it takes again. Empty when it throws.
  void list_views(const CallFilter& filter, CallViewList& page) const;

  /// Every call the filter selects, fetched page by page. `per_page` is the size of a fetch.
  /// The store must outlive the range.
  CallRange calls(CallFilter filter) const;

  /// Replaces the call's log. `not_found` when the call does not exist.
  void put_log(const CallKey& key, std::string_view bytes);

  /// The log's bytes; nothing when the call has none or does not exist.
  std::optional<std::string> find_log(const CallKey& key) const;

  /// The log's bytes; `not_found` when the call has none or does not exist.
  std::string get_log(const CallKey& key) const;

  /// Deletes a finished call with all it owns. `not_found`; `conflict` while it is not finished.
  void remove(const CallKey& key);

  /// Returns when everything acknowledged before is written. Throws the first error of a buffered
  /// write since the last flush.
  void flush();

  /// Packs every finished call now, in slices that let other writers through. It happens by
  /// itself when enough calls have finished.
  void pack();

  /// Deletes finished calls with all they own, in short transactions between which other writers
  /// go on, and gives their space back to the file system. `invalid` when the request names
  /// nothing. See fnstore/retention.h. It works on a full disk too: for that a store in use keeps
  /// some space in reserve, 512 KiB to 4 MiB and what its log will add to its file, so that other
  /// writes are `full` that much earlier. No reader must keep the log from being emptied meanwhile.
  PruneResult prune(const PruneRequest& request);

  RetentionPolicy retention_policy() const;
  /// Replaces the policy; an empty one keeps everything.
  void set_retention_policy(const RetentionPolicy& policy);

  /// Packs every finished call, merges blocks that are not full, and gives all free space back to
  /// the file system, in short transactions between which other writers go on.
  void compact();

  StoreInfo info() const;

  /// Counts, durations and reasons of every call the request's filter selects, exactly. See
  /// fnstore/statistics.h.
  Statistics statistics(const StatisticsRequest& request) const;

  /// Ids of functions that have a call and begin with `prefix`, in byte order, at most `limit`.
  /// Looks at what is in memory only.
  std::vector<std::string> function_ids(std::string_view prefix, std::size_t limit) const;

  /// As it was opened with.
  Durability durability() const noexcept;

  /// Whether another file has come to its path, as by Safekeeping::restore(). That is for good: all
  /// but a few last reads fail with `io` or `corrupt` until the store is opened anew.
  bool exchanged() const noexcept;

  struct Implementation;

 private:
  friend class ChangeFeed;
  friend class Queue;
  friend std::vector<std::string> run_sql(const Store& store, std::string_view sql,
                                          const std::function<void(const SqlRow&)>& take,
                                          const SqlOptions& options);
  friend class Safekeeping;
  explicit Store(std::unique_ptr<Implementation> implementation);
  std::unique_ptr<Implementation> implementation_;
};

/// A single-pass range of calls: begin() fetches the first page, the iterator fetches the next
/// when it leaves one. Holds no lock and no transaction between fetches.
class CallRange {
 public:
  class Iterator {
   public:
    using iterator_category = std::input_iterator_tag;
    using value_type = Call;
    using difference_type = std::ptrdiff_t;
    using pointer = const Call*;
    using reference = const Call&;

    const Call& operator*() const { return range_->page_.items[range_->position_]; }
    const Call* operator->() const { return &**this; }
    Iterator& operator++() {
      range_->advance();
      return *this;
    }
    void operator++(int) { ++*this; }
    bool operator==(std::default_sentinel_t) const { return range_->at_end(); }

   private:
    friend class CallRange;
    explicit Iterator(CallRange* range) : range_(range) {}
    CallRange* range_;
  };

  Iterator begin();
  std::default_sentinel_t end() const { return {}; }

 private:
  friend class Store;
  CallRange(const Store& store, CallFilter filter) : store_(&store), filter_(std::move(filter)) {}
  void fetch();
  void advance();
  bool at_end() const { return position_ >= page_.items.size(); }

  const Store* store_;
  CallFilter filter_;
  CallList page_;
  std::size_t position_ = 0;
};

}  // namespace fnstore
