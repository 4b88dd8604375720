// Headers and groups of blocks that tell wrongly where far times lie: whoever asks for a time range
// gets an answer or a `corrupt` error, and verify is not content.

#include "fnstore/safekeeping.h"
#include "fnstore/store.h"

#include "raw_database.h"
#include "scratch_folder.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <chrono>
#include <filesystem>
#include <fmt/format.h>
#include <random>
#include <string>
#include <vector>

using namespace fnstore;
using std::chrono::milliseconds;

namespace {

constexpr std::int64_t start = 1'554'422'400'000;
constexpr std::int64_t day = 24LL * 3600 * 1000;

/// More blocks of one function than three groups hold; of a hundred calls, two were created up to
/// 30 days before or after the others.
constexpr std::size_t calls_made = 210'000;

void make_store(const std::string& path) {
  std::mt19937_64 random(7);
  std::vector<CallRecord> records;
  for (std::size_t i = 0; i < calls_made; ++i) {
    Call call;
    call.id = fmt::format("{:08}", i);
    call.fn_id = "f";
    call.status = Status::success;
    std::int64_t created = start + static_cast<std::int64_t>(i) * 1'000;
    if (random() % 50 == 0) created += static_cast<std::int64_t>(random() % (60 * day)) - 30 * day;
    call.created_at = Timestamp(milliseconds(created));
    records.push_back({std::move(call), std::nullopt});
  }
  Store store = Store::open(path);
  store.insert(records, OnConflict::error);
  store.pack();
}

std::size_t found_between(const Store& store, std::int64_t from, std::int64_t to) {
  CallFilter filter;
  filter.fn_id = "f";
  filter.from_time = Timestamp(milliseconds(from));
  filter.to_time = Timestamp(milliseconds(to));
  filter.per_page = 1'000;
  return store.list(filter).items.size();
}

/// Asks for every day of 70; false when that ended in `corrupt`.
bool answers_all(const std::string& path) {
  try {
    const Store store = Store::open(path);
    for (std::int64_t n = -34; n < 36; ++n) {
      found_between(store, start + n * day, start + n * day + day);
    }
    return true;
  } catch (const Error& error) {
    CHECK(error.code() == Errc::corrupt);
    return false;
  }
}

constexpr const char* damages[] = {
    // One group is left, of more blocks than a group ever has.
    "DELETE FROM block_groups WHERE fence_id > (SELECT min(fence_id) FROM block_groups)",
    "UPDATE block_groups SET far_created = NULL",
    "UPDATE block_groups SET far_created = x''",
    "UPDATE block_groups SET far_created = x'ffffffffffffffffffff'",
    "UPDATE block_groups SET far_created = substr(far_created, 1, length(far_created) / 2)",
    "UPDATE block_groups SET far_created = "
    "(SELECT b.far_created FROM block_groups AS b ORDER BY b.fence_id DESC LIMIT 1)",
    "UPDATE call_blocks SET far_created = NULL",
    "UPDATE call_blocks SET far_created = x''",
    "UPDATE call_blocks SET far_created = x'ffffffffffffffffffff'",
    "UPDATE call_blocks SET far_created = substr(far_created, 1, length(far_created) / 2)",
    "UPDATE call_blocks SET far_created = "
    "(SELECT b.far_created FROM call_blocks AS b ORDER BY b.min_id DESC LIMIT 1)",
};

}  // namespace

TEST_CASE("wrong far times end in an answer or an error, and verify finds them") {
  const ScratchFolder folder;
  const std::string sound = folder.path("sound.db");
  make_store(sound);
  REQUIRE(Safekeeping::verify_file(sound).ok());
  REQUIRE(answers_all(sound));
  const std::string path = folder.path("damaged.db");
  for (const char* const damage : damages) {
    INFO(damage);
    for (const char* const suffix : {"", "-wal", "-shm", "-lock"}) {
      std::filesystem::remove(path + suffix);
    }
    std::filesystem::copy_file(sound, path);
    {
      RawDatabase raw(path);
      raw.run(damage);
    }
    CHECK_FALSE(Safekeeping::verify_file(path).ok());
    answers_all(path);
  }
}
