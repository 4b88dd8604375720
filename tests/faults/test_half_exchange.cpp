// A restore takes the old store's log and index away before the new file gets its place, and may be
// killed between the two: whoever opens the store just then must not write where nobody looks.

#include "fnstore/fnstore.h"

#include "faults.h"
#include "sample_history.h"
#include "trial.h"

#include <algorithm>
#include <atomic>
#include <catch2/catch.hpp>
#include <cstdint>
#include <cstring>
#include <filesystem>
#include <fmt/format.h>
#include <optional>
#include <span>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

namespace fs = std::filesystem;
using namespace fnstore;

namespace {

/// Takes the log away just before the Nth step, and the index before another.
class HalfExchange final : public faults::Faults {
 public:
  HalfExchange(std::string path, std::uint64_t log_at, std::uint64_t index_at)
      : path_(std::move(path)), log_at_(log_at), index_at_(index_at) {}

  int before(const faults::StepCall& call) override {
    if (call.step == faults::Step::allocate) return 0;  // thousands, none of which looks at a file
    const std::uint64_t step = ++steps_;
    std::error_code ignored;
    if (step == log_at_) fs::remove(path_ + "-wal", ignored);
    if (step == index_at_) fs::remove(path_ + "-shm", ignored);
    return 0;
  }

  bool took_all() const { return steps_.load() >= std::max(log_at_, index_at_); }

 private:
  const std::string path_;
  const std::uint64_t log_at_;
  const std::uint64_t index_at_;
  std::atomic<std::uint64_t> steps_{0};
};

/// Open files of this process that lost their names.
std::vector<std::string> nameless_files(const std::string& path) {
  std::vector<std::string> found;
  for (const auto& entry : fs::directory_iterator("/proc/self/fd")) {
    std::error_code gone;
    const std::string target = fs::read_symlink(entry.path(), gone).string();
    if (target.starts_with(path) && target.ends_with(" (deleted)")) found.push_back(target);
  }
  return found;
}

/// A store in use, as far as others can see: closed, but with an empty log and its index.
void leave_empty_log(const std::string& path) {
  const std::string used = path + ".used";
  make_history(used);
  Store store = Store::open(used, quiet_options());
  store.pack();
  for (const char* const ending : {"", "-wal", "-shm"}) fs::copy_file(used + ending, path + ending);
}

/// What there is for others who come, copied so that no lock or mapping of ours matters.
Contents seen_by_others(const std::string& path) {
  const std::string copy = path + ".copy";
  fs::copy_file(path, copy);
  if (fs::exists(path + "-wal")) fs::copy_file(path + "-wal", copy + "-wal");
  return contents_of(Store::open(copy, quiet_options()));
}

/// False when the store was open before all was taken.
bool opens_rightly_beside(std::uint64_t log_at, std::uint64_t index_at) {
  const Trial place(0, Failing::once);
  const std::string path = place.path();
  leave_empty_log(path);
  HalfExchange exchange(path, log_at, index_at);
  const CallRecord record = sample_record(7'777);
  try {
    std::optional<Store> store;
    {
      const faults::Scope scope(exchange);
      store.emplace(Store::open(path, quiet_options()));
    }
    if (!exchange.took_all()) return false;
    store->insert(std::span(&record, 1), OnConflict::error);
    CHECK(nameless_files(path).empty());
    const Contents seen = seen_by_others(path);
    CHECK(seen.contains({record.call.fn_id, record.call.id}));
  } catch (const Error& error) {
    // The only other outcome: it was told in time.
    CHECK(std::strstr(error.what(), "was exchanged while it was open") != nullptr);
  }
  return true;
}

}  // namespace

TEST_CASE("who opens a store beside a restore that dies half way loses nothing") {
  std::uint64_t tried = 0;
  for (const std::uint64_t gap : {0, 3, 20}) {
    for (std::uint64_t log_at = 1;; ++log_at) {
      INFO("the log goes before step " << log_at << ", the index " << gap << " later");
      if (!opens_rightly_beside(log_at, log_at + gap)) break;
      ++tried;
    }
  }
  fmt::print("half exchanges: {}\n", tried);
  CHECK(tried > 100);
}

TEST_CASE("who has a store open whose log or index lost its name is told at the next write") {
  for (const char* const ending : {"-wal", "-shm"}) {
    const Trial place(0, Failing::once);
    make_history(place.path());
    Store store = Store::open(place.path(), quiet_options());
    fs::remove(place.path() + ending);
    CHECK_THROWS_WITH(store.insert(sample_record(7'777).call),
                      Catch::Contains("was exchanged while it was open"));
  }
}
