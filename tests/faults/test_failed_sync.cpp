// After a failed sync nobody knows what is on the disk, and the operating system may have forgotten
// what it could not write: the connection is dropped, and the outcome is told as it is.

#include "sample_history.h"
#include "trial.h"

#include <catch2/catch.hpp>
#include <optional>
#include <string>

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

}  // namespace

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
