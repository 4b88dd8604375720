// After a failed sync nobody knows what is on the disk, and the operating system may have forgotten
// what it could not write: the connection is dropped, and the outcome is told as it is.

#include "sample_history.h"
#include "trial.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cerrno>
#include <filesystem>
#include <optional>
#include <string>
#include <sys/stat.h>

using namespace fnstore;

namespace {

/// Lets the first sync fail, and counts how often the store's file was opened after that.
class FailedSync final : public faults::Faults {
 public:
  int before(const faults::StepCall& call) override {
    if (call.step == faults::Step::sync && !failed_) {
      failed_ = true;
      return SQLITE_IOERR_FSYNC;
    }
    const bool of_store = (call.flags & SQLITE_OPEN_MAIN_DB) != 0;
    if (failed_ && call.step == faults::Step::open && of_store) ++opened_;
    return 0;
  }
  bool failed() const { return failed_; }
  int opened() const { return opened_; }

 private:
  bool failed_ = false;
  int opened_ = 0;
};

/// Lets the first sync of a log fail when told to, and follows how far the log is written from its
/// beginning on, byte by byte, until it is synced again.
class LogWrites final : public faults::Faults {
 public:
  int before(const faults::StepCall& call) override {
    if (!call.path.ends_with("-wal")) return 0;
    if (call.step == faults::Step::write) {
      end_ = std::max(end_, call.offset + call.bytes);
      if (call.offset <= covered_) covered_ = std::max(covered_, call.offset + call.bytes);
    }
    if (call.step != faults::Step::sync) return 0;
    if (failing_) {
      failing_ = false;
      covered_ = 0;
      return SQLITE_IOERR_FSYNC;
    }
    synced_to_ = std::max(synced_to_, covered_);
    return 0;
  }
  void fail_next() {
    failing_ = true;
    synced_to_ = 0;
  }
  std::int64_t end() const { return end_; }
  /// Written anew since the failure, without a gap, and synced.
  std::int64_t synced_to() const { return synced_to_; }

 private:
  bool failing_ = false;
  std::int64_t end_ = 0;
  std::int64_t covered_ = 0;
  std::int64_t synced_to_ = 0;
};

/// No sync of a folder succeeds.
class FailedFolderSync final : public faults::Faults {
 public:
  int before(const faults::StepCall& call) override {
    struct stat status {};
    const bool of_folder = call.step == faults::Step::own_sync &&
                           ::fstat(call.descriptor, &status) == 0 && S_ISDIR(status.st_mode);
    return of_folder ? EIO : 0;
  }
};

}  // namespace

TEST_CASE("after a failed sync the whole log is written and synced again, before anything else") {
  for (const bool in_checkpoint : {false, true}) {
    INFO("in a checkpoint: " << in_checkpoint);
    Trial trial(1, Failing::once);
    make_history(trial.path());
    Store store = Store::open(trial.path(), quiet_options());
    LogWrites log;
    const faults::Scope scope(log);
    for (std::size_t n = 1'000; n < 1'100; ++n) store.insert(sample_record(n).call);
    const std::int64_t written = log.end();
    CHECK(written > 200'000);
    log.fail_next();
    const auto failed = outcome([&] {
      if (in_checkpoint) {
        store.pack();
      } else {
        store.insert(sample_record(2'000).call);
      }
    });
    CHECK(failed.has_value());
    CHECK_NOTHROW(store.insert(sample_record(2'001).call));
    CHECK(log.synced_to() >= written);
    CHECK(store.info().calls >= 403 + history_waiting);
  }
}

TEST_CASE("a copy whose name may not last is in doubt, and a restore leaves the old store") {
  Trial trial(1, Failing::once);
  make_history(trial.path());
  FailedFolderSync fault;
  {
    Store store = Store::open(trial.path(), quiet_options());
    REQUIRE(Safekeeping(store).backup(trial.path("backup")));
    store.insert(sample_batch(5));
    const faults::Scope scope(fault);
    CHECK(outcome([&] { Safekeeping(store).backup(trial.path("copy")); }) == Errc::in_doubt);
  }
  CHECK(trial.reopened("copy").size() == 307 + history_waiting);
  {
    const faults::Scope scope(fault);
    const auto failed =
        outcome([&] { Safekeeping::restore(trial.path("backup"), trial.path(), {.force = true}); });
    CHECK(failed == Errc::io);
  }
  CHECK(trial.reopened().size() == 307 + history_waiting);
}

TEST_CASE("a failed sync leaves an insert in doubt, and its connection is dropped") {
  for (const std::size_t size : {std::size_t{1}, std::size_t{100}, std::size_t{4'096}}) {
    INFO(size << " calls");
    Trial trial(1, Failing::once);
    make_history(trial.path());
    Store store = Store::open(trial.path(), quiet_options());
    FailedSync fault;
    const faults::Scope scope(fault);
    const auto first = outcome([&] { store.insert(sample_batch(size)); });
    CHECK(fault.failed());
    CHECK(first == Errc::in_doubt);
    const auto second = outcome([&] { store.insert(sample_batch(size)); });
    CHECK((!second || second == Errc::conflict));
    CHECK(fault.opened() >= 1);
    CHECK(store.list({.fn_id = "batch", .per_page = 10'000}).items.size() == size);
  }
}

TEST_CASE("without the wait for the disk a failed sync is met by the next checkpoint only") {
  Trial trial(1, Failing::once);
  make_history(trial.path());
  StoreOptions options = quiet_options();
  options.durability = Durability::crash_safe;
  Store store = Store::open(trial.path(), options);
  store.insert(sample_record(999).call);  // the head of a new log is synced always
  FailedSync fault;
  const faults::Scope scope(fault);
  for (std::size_t n = 1'000; n < 1'010; ++n) store.insert(sample_record(n).call);
  const auto failed = outcome([&] { store.pack(); });
  CHECK(fault.failed());
  CHECK(failed.has_value());
  CHECK_NOTHROW(store.pack());
  CHECK(store.info().calls == 313 + history_waiting);
}
