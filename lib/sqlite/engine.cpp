#include "sqlite/engine.h"

#include "fnstore/limits.h"

#include "codec/detail_blob.h"
#include "codec/frame.h"
#include "sqlite/changes.h"
#include "sqlite/compactor.h"
#include "sqlite/conversion.h"
#include "sqlite/database_file.h"
#include "sqlite/errors.h"
#include "sqlite/function_list.h"
#include "sqlite/listing.h"
#include "sqlite/maintenance.h"
#include "sqlite/packer.h"
#include "sqlite/pruner.h"
#include "sqlite/queue_table.h"
#include "sqlite/queue_watch.h"
#include "sqlite/retention.h"
#include "sqlite/retention_table.h"
#include "sqlite/row_table.h"
#include "sqlite/sql_query.h"
#include "sqlite/statistics.h"
#include "sqlite/store_copy.h"
#include "sqlite/store_counts.h"
#include "sqlite/verification.h"
#include "sqlite/writer.h"

#include <atomic>
#include <mutex>
#include <shared_mutex>
#include <thread>
#include <type_traits>
#include <utility>

namespace fnstore::sqlite {
namespace {

/// Free pages a busy store keeps: the rows of the next round of packing take them again.
constexpr int spare_pages = 2'048;

/// Times pack_after of finished rows from which on writers give way to packing.
constexpr std::size_t backlog_factor = 8;
constexpr std::chrono::milliseconds rest_of_writers{10};
constexpr std::chrono::seconds rest_after_failure{1};

using std::chrono::steady_clock;

bool never() {
  return false;
}

class SqliteEngine final : public Engine {
 public:
  SqliteEngine(std::string path, const StoreOptions& options)
      : path_(std::move(path)),
        busy_timeout_(options.busy_timeout),
        pack_after_(options.pack_after),
        background_packing_(options.background_packing),
        registration_(path_, options.create),
        identity_(path_),
        writer_(path_, options.durability == Durability::power_safe ? Sync::full : Sync::normal,
                options.busy_timeout, shared_, identity_),
        pool_(path_, options.busy_timeout, identity_),
        packer_(pool_, shared_, writer_, pack_after_),
        pruner_(pool_, shared_, writer_),
        retention_(pool_, writer_, pruner_, options) {
    shared_.cache.set_limit(options.cache_bytes / 3);
    shared_.id_times.set_limit(options.cache_bytes / 3);
    shared_.directory.set_limit(options.cache_bytes / 3);
    reading([&] {
      writer_.open();
      const Snapshot load_index(pool_, shared_);
    });
    maintenance_.emplace([this](const Maintenance& thread) { maintain(thread); },
                         retention_.interval());
    wake_when_due();
  }

  ~SqliteEngine() override {
    maintenance_.reset();
    try {
      pool_.clear();
      writer_.close();
    } catch (const std::exception&) {
      // The log keeps everything; whoever opens the store next moves it.
    }
  }

  void write(const WriteSource& next) override {
    give_way_to_packing();
    writer_.transact([&](WriteBatch& batch) {
      for (auto some = next(); !some.empty(); some = next()) {
        for (WriteRequest* const request : some) batch.run(*request);
      }
    });
    wake_when_due();
  }

  std::optional<Call> find(const CallKey& key) override {
    return reading_lately(false, [&](Snapshot& snapshot) -> std::optional<Call> {
      std::optional<codec::CallEntry> found = find_call(snapshot, key);
      if (!found) return std::nullopt;
      const std::uint64_t detail_no = found->detail_no;
      const App& app = snapshot.app(found->app_no);
      Call call = to_call(std::move(*found), key.fn_id, app);
      if (detail_no != 0) {
        codec::decode_detail(
            read_detail(snapshot.connection(), static_cast<std::int64_t>(detail_no)), call);
      }
      return call;
    });
  }

  std::vector<Call> list(const ListRequest& request) override {
    return reading_lately(request.filter.fn_id.empty(),
                          [&](Snapshot& snapshot) { return list_calls(snapshot, request); });
  }

  void list_views(const ListRequest& request, CallViewList& page) override {
    reading_lately(request.filter.fn_id.empty(), [&](Snapshot& snapshot) {
      page.clear();
      sqlite::list_views(snapshot, request, page);
    });
  }

  std::optional<std::string> find_log(const CallKey& key) override {
    return reading_lately(false, [&](Snapshot& snapshot) -> std::optional<std::string> {
      const std::optional<codec::CallEntry> found = find_call(snapshot, key);
      if (!found || found->log_no == 0) return std::nullopt;
      if (found->log_no == codec::empty_log_no) return std::string();
      return codec::open_frame(
          read_log(snapshot.connection(), static_cast<std::int64_t>(found->log_no)),
          limits::log_bytes, "a call's log");
    });
  }

  std::vector<Queue::HeldCall> held(const Worker& worker) override {
    return reading([&] {
      Snapshot snapshot(pool_, shared_);
      std::vector<Queue::HeldCall> calls;
      for (QueueRow& row :
           claimed_rows(snapshot.connection(), static_cast<std::int64_t>(worker.number))) {
        if (row.fn_no == 0 || row.fn_no > snapshot.index().functions().size()) continue;
        calls.push_back({snapshot.index().functions()[row.fn_no - 1].fn_id, std::move(row.id),
                         static_cast<int>(row.attempt)});
      }
      return calls;
    });
  }

  std::optional<std::string> find_result(const CallKey& key) override {
    return reading([&]() -> std::optional<std::string> {
      Snapshot snapshot(pool_, shared_);
      const Function* const function = snapshot.index().find_function(key.fn_id);
      if (function == nullptr) return std::nullopt;
      const std::uint32_t fn_no = function->fn_no;
      snapshot.release_index();
      const auto frame = read_result(snapshot.connection(), fn_no, key.id);
      if (!frame) return std::nullopt;
      return codec::open_frame(*frame, limits::log_bytes, "a call's result");
    });
  }

  std::unique_ptr<QueueWatch> watch_queue() override {
    return std::make_unique<LockFileWatch>(path_ + "-lock");
  }

  StoreInfo info() override {
    return reading([&] {
      Snapshot snapshot(pool_, shared_);
      return count_store(snapshot, path_);
    });
  }

  bool exchanged() const noexcept override { return !identity_.holds(); }

  std::vector<Call> changes(ChangeFeed::Position& position, const CallFilter& filter) override {
    return reading([&] {
      Snapshot snapshot(pool_, shared_);
      return read_changes(snapshot, position, filter);
    });
  }

  Statistics statistics(const StatisticsRequest& request) override {
    return reading([&] {
      Snapshot snapshot(pool_, shared_);
      return collect_statistics(snapshot, request);
    });
  }

  PruneResult prune(const PruneRequest& request) override {
    const std::lock_guard one_at_a_time(packing_);
    return reading([&] {
      const std::uint64_t before = bytes_on_disk(path_);
      PruneResult result;
      if (request.dry_run) {
        result = pruner_.run(request);
      } else {
        pack_if_room(Packer::Extent::all, 0, never);  // so that it is blocks that go
        result = pruner_.run(request);
        pack_if_room(Packer::Extent::all, 0, never);
        packer_.give_back(0, never);
        writer_.checkpoint(true);
      }
      result.bytes_before = before;
      result.bytes_after = bytes_on_disk(path_);
      return result;
    });
  }

  RetentionPolicy retention_policy() override {
    return reading([&] {
      Snapshot snapshot(pool_, shared_);
      return read_policy(snapshot.connection());
    });
  }

  void set_retention_policy(const RetentionPolicy& policy) override {
    writer_.transact_freeing(
        [&](WriteBatch& batch) {
          write_policy(batch.connection(), policy);
          write_applied(batch.connection(), 0);
          batch.note_change();
        },
        true);
    retention_.look_again();
    wake_when_due();
  }

  void compact() override {
    const std::lock_guard one_at_a_time(packing_);
    reading([&] {
      packer_.run(Packer::Extent::all, 0, never);
      Compactor(pool_, shared_, writer_).run(never);
      packer_.run(Packer::Extent::all, 0, never);
    });
    writer_.checkpoint(true);
  }

  std::vector<std::string> query(const SqlRequest& request) override {
    return reading([&] { return run_query(path_, busy_timeout_, request); });
  }

  std::vector<std::string> function_ids(std::string_view prefix, std::size_t limit) override {
    return reading([&] {
      const Snapshot snapshot(pool_, shared_);
      return list_function_ids(snapshot, prefix, limit);
    });
  }

  void pack() override {
    const std::lock_guard one_at_a_time(packing_);
    reading([&] { packer_.run(Packer::Extent::all, 0, never); });
    writer_.checkpoint(true);
  }

  Verification verify(const WorkProgress& progress) override {
    return reading([&] {
      WorkMeter meter(progress, verification_bytes(path_));
      Connection connection(path_, Access::read, Sync::normal, busy_timeout_);
      connection.open_log();
      identity_.check();
      Verification found;
      try {
        found = verify_database(connection, path_, meter);
      } catch (const Stopped&) {
        found.stopped = true;
      }
      if (!found.ok()) identity_.check();
      return found;
    });
  }

  std::optional<CopyCounts> backup(const std::string& target, const CopyOptions& options) override {
    return reading([&] {
      Snapshot snapshot(pool_, shared_);
      return back_up(snapshot, path_, target, options);
    });
  }

 private:
  /// What fails may have failed because the file was exchanged at that very moment: then it says
  /// so.
  template <typename Work>
  std::invoke_result_t<Work> reading(Work&& work) {
    try {
      return translated(path_, std::forward<Work>(work));
    } catch (const Error& error) {
      if (error.code() == Errc::corrupt || error.code() == Errc::io) identity_.check();
      throw;
    }
  }

  /// Reads from memory where that is current; `work` runs again with a transaction where the memory
  /// was not enough and had meanwhile become old.
  template <typename Work>
  std::invoke_result_t<Work, Snapshot&> reading_lately(bool ordered, Work&& work) {
    return reading([&] {
      try {
        Snapshot snapshot(pool_, shared_, ordered, Begin::when_needed);
        return work(snapshot);
      } catch (const StaleSnapshot&) {
        Snapshot snapshot(pool_, shared_, ordered);
        return work(snapshot);
      }
    });
  }

  /// Writers that are faster than packing for long would fill memory with rows: far beyond what
  /// makes packing begin, each transaction rests a little while it is under way.
  void give_way_to_packing() {
    if (!packing_now_.load(std::memory_order_relaxed)) return;
    {
      const std::shared_lock lock(shared_.mutex);
      if (shared_.index.finished() / backlog_factor < pack_after_) return;
    }
    std::this_thread::sleep_for(rest_of_writers);
  }

  /// On a full disk rows stay rows: what makes room must not need any.
  void pack_if_room(Packer::Extent extent, int spare, const std::function<bool()>& stop) {
    try {
      packer_.run(extent, spare, stop);
    } catch (const Error& error) {
      if (error.code() != Errc::full) throw;
      rest_until_ = steady_clock::now().time_since_epoch() + rest_after_failure;
    }
  }

  bool packing_is_due() {
    const std::shared_lock lock(shared_.mutex);
    return background_packing_ && shared_.index.finished() >= packer_.left() + pack_after_;
  }

  void wake_when_due() {
    if (steady_clock::now().time_since_epoch() < rest_until_.load()) return;
    if (writer_.wants_checkpoint() || packing_is_due() || retention_.is_due()) {
      maintenance_->wake();
    }
  }

  /// Runs on the maintenance thread. A failure here fails nobody's request: it comes back with the
  /// next write, or a later round succeeds. Not the very next: what failed, on a full disk say,
  /// took work that should not be done again with each write.
  void maintain(const Maintenance& thread) {
    try {
      writer_.reserve_space();
      writer_.checkpoint(false);
      const auto stop = [&] { return thread.stopping(); };
      const std::lock_guard one_at_a_time(packing_);
      packing_now_ = true;
      if (packing_is_due()) pack_if_room(Packer::Extent::worthwhile, spare_pages, stop);
      packing_now_ = false;
      const auto pack = [&] { pack_if_room(Packer::Extent::all, spare_pages, stop); };
      if (!retention_.is_due() || !retention_.apply(stop, pack)) return;
      pack();
      if (!writer_.short_of_space()) return;
      packer_.give_back(0, stop);
      writer_.checkpoint(true);
    } catch (const std::exception&) {
      packing_now_ = false;
      rest_until_ = steady_clock::now().time_since_epoch() + rest_after_failure;
    }
  }

  const std::string path_;
  const std::chrono::milliseconds busy_timeout_;
  const std::size_t pack_after_;
  const bool background_packing_;
  OpenFileRegistration registration_;
  FileIdentity identity_;
  SharedIndex shared_;
  Writer writer_;
  ReadPool pool_;
  Packer packer_;
  Pruner pruner_;
  Retention retention_;
  std::mutex packing_;
  std::atomic<bool> packing_now_{false};  // in the background
  std::atomic<steady_clock::duration> rest_until_{steady_clock::duration::zero()};
  std::optional<Maintenance> maintenance_;
};

}  // namespace

std::unique_ptr<Engine> open_engine(const std::string& path, const StoreOptions& options) {
  return std::make_unique<SqliteEngine>(absolute_path(path, options.create), options);
}

}  // namespace fnstore::sqlite
