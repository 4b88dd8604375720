#include "fnstore/call_id.h"

#include <algorithm>
#include <atomic>
#include <catch2/catch.hpp>
#include <mutex>
#include <random>
#include <set>
#include <string>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>
#include <vector>

using namespace fnstore;

namespace {

// Jumps about, mostly forwards.
class JumpyClock final : public Clock {
 public:
  explicit JumpyClock(std::uint64_t seed) : random_(seed) {}

  Timestamp now() const override {
    const std::lock_guard lock(mutex_);
    const auto jump = static_cast<int>(random_() % 2000) - 900;
    now_ += std::chrono::milliseconds{jump};
    return now_;
  }

 private:
  mutable std::mutex mutex_;
  mutable std::mt19937_64 random_;
  mutable Timestamp now_ = system_clock().now();
};

class FixedClock final : public Clock {
 public:
  explicit FixedClock(Timestamp now) : now_(now) {}
  Timestamp now() const override { return now_; }

 private:
  Timestamp now_;
};

}  // namespace

TEST_CASE("new ids carry the time and the machine of this process") {
  // A test before this one may have moved the sequence into the future.
  const auto last = parse_call_id(new_call_id());
  REQUIRE(last);
  const Timestamp later =
      Timestamp{std::chrono::milliseconds{static_cast<std::int64_t>(last->milliseconds)}} +
      std::chrono::milliseconds{5};
  const auto id = parse_call_id(new_call_id(FixedClock(later)));
  REQUIRE(id);
  CHECK(id->milliseconds == last->milliseconds + 5);
  CHECK(id->machine == last->machine);
  CHECK(id->machine != 0);
  CHECK(id->counter == 0);
}

TEST_CASE("new ids grow while the clock steps back") {
  const auto seed = std::random_device{}();
  INFO("seed " << seed);
  const JumpyClock clock(seed);
  std::string last = new_call_id(clock);
  for (int i = 0; i < 20'000; ++i) {
    const std::string id = new_call_id(clock);
    REQUIRE(id > last);
    last = id;
  }
  CHECK(new_call_id(FixedClock(Timestamp{})) > last);
  CHECK(new_call_id(FixedClock(earliest_timestamp)) > last);
}

TEST_CASE("every id is greater than those returned before, on eight threads") {
  const JumpyClock clock(std::random_device{}());
  constexpr int threads = 8;
  constexpr std::size_t each = 5'000;
  std::mutex mutex;
  std::string greatest;  // of all ids whose call has returned
  std::vector<std::vector<std::string>> ids(threads);
  std::atomic<int> violations = 0;
  const auto draw = [&](std::vector<std::string>& mine) {
    while (mine.size() < each) {
      std::string before;
      {
        const std::lock_guard lock(mutex);
        before = greatest;
      }
      mine.push_back(new_call_id(clock));
      if (mine.back() <= before) ++violations;
      const std::lock_guard lock(mutex);
      greatest = std::max(greatest, mine.back());
    }
  };
  {
    std::vector<std::jthread> running;
    for (auto& mine : ids) running.emplace_back([&] { draw(mine); });
  }
  CHECK(violations == 0);
  std::set<std::string> unique;
  for (const auto& mine : ids) unique.insert(mine.begin(), mine.end());
  CHECK(unique.size() == threads * each);
}

TEST_CASE("a fork gets a machine of its own, even while other threads draw ids") {
  std::atomic<bool> stop = false;
  std::jthread busy([&] {
    while (!stop) new_call_id();
  });
  for (int round = 0; round < 20; ++round) {
    const std::string before = new_call_id();
    int ends[2];
    REQUIRE(::pipe(ends) == 0);
    const pid_t child = ::fork();
    REQUIRE(child >= 0);
    if (child == 0) {
      ::alarm(10);  // a lock left behind by the fork would hang here
      const std::string id = new_call_id();
      const bool sent = ::write(ends[1], id.data(), id.size()) == 26;
      ::_exit(sent ? 0 : 1);
    }
    ::close(ends[1]);
    std::string from_child(26, ' ');
    const ssize_t got = ::read(ends[0], from_child.data(), from_child.size());
    ::close(ends[0]);
    int status = 0;
    REQUIRE(::waitpid(child, &status, 0) == child);
    REQUIRE(got == 26);
    CHECK(from_child > before);
    const auto childs = parse_call_id(from_child);
    REQUIRE(childs);
    CHECK(childs->machine != parse_call_id(before)->machine);
    CHECK(parse_call_id(new_call_id())->machine == parse_call_id(before)->machine);
  }
  stop = true;
}
