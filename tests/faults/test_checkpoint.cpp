// The background's checkpoint moves most of a log and syncs the database while others write.

#include "fnstore/fnstore.h"

#include "faults.h"
#include "sample_history.h"
#include "trial.h"

#include <atomic>
#include <catch2/catch.hpp>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <random>
#include <string>

using namespace fnstore;

namespace {

constexpr std::chrono::seconds longest_wait{30};  // a test that takes so long has failed

/// Keeps the first sync of the database until it is let go: a slow disk.
class SlowSync final : public faults::Faults {
 public:
  int before(const faults::StepCall& call) override {
    if (call.step != faults::Step::sync || !call.path.ends_with(".db")) return 0;
    std::unique_lock lock(mutex_);
    if (begun_) return 0;
    begun_ = true;
    changed_.notify_all();
    held_ = true;
    changed_.wait_for(lock, longest_wait, [&] { return let_go_; });
    held_ = false;
    return 0;
  }

  bool wait_until_begun() {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, longest_wait, [&] { return begun_; });
  }

  /// False when it had waited for too long already.
  bool let_go() {
    const std::lock_guard lock(mutex_);
    let_go_ = true;
    changed_.notify_all();
    return held_;
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  bool begun_ = false;
  bool held_ = false;
  bool let_go_ = false;
};

/// Bytes that stay as many when they are compressed.
std::string random_bytes(std::size_t count) {
  std::mt19937_64 random(1);
  std::string bytes(count, '\0');
  for (char& byte : bytes) byte = static_cast<char>(random());
  return bytes;
}

/// Records so much that the log is worth a checkpoint.
void fill_log(Store& store, Contents& expected) {
  const std::string log = random_bytes(std::size_t{1} << 20);
  for (std::size_t number = 0; number < 10; ++number) {
    CallRecord record = sample_record(1'000 + number);
    record.log = log;
    store.insert(std::span(&record, 1), OnConflict::error);
    expected[{record.call.fn_id, record.call.id}] = {record.call, log};
  }
}

}  // namespace

TEST_CASE("writers go on while the database is synced") {
  const Trial place(0, Failing::once);
  Contents expected;
  {
    SlowSync slow;
    Store store = Store::open(place.path(), quiet_options());
    const faults::Scope scope(slow);
    fill_log(store, expected);
    REQUIRE(slow.wait_until_begun());
    for (std::size_t number = 2'000; number < 2'020; ++number) {
      const CallRecord record = sample_record(number);
      store.insert(std::span(&record, 1), OnConflict::error);
      expected[{record.call.fn_id, record.call.id}] = {record.call, record.log};
    }
    CHECK(slow.let_go());
    store.pack();
  }
  const Contents found = place.reopened();
  CHECK(found.size() == expected.size());
  for (const auto& [key, kept] : expected) {
    REQUIRE(found.contains(key));
    CHECK(found.at(key).log == kept.log);
  }
}
