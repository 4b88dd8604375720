#include "contents.h"
#include "fresh_store.h"
#include "sample_calls.h"

#include <algorithm>
#include <fmt/format.h>
#include <functional>
#include <iterator>
#include <random>
#include <set>

using namespace fnstore;

namespace {

/// The ids there are, newest first.
using Present = std::set<std::string, std::greater<>>;

/// What the next page after `last` must be; from the beginning when `last` is empty.
std::vector<std::string> next_page(const Present& present, const std::string& last,
                                   std::size_t per_page) {
  auto from = last.empty() ? present.begin() : present.upper_bound(last);
  std::vector<std::string> ids;
  for (; from != present.end() && ids.size() < per_page; ++from) ids.push_back(*from);
  return ids;
}

/// A history that changes on both sides of a walk, beside what it must hold.
class Moving {
 public:
  Moving(FreshStore& history, std::uint32_t seed) : history_(history), random_(seed) {
    std::vector<Call> calls;
    for (int i = 0; i < 50; ++i) calls.push_back(done("fn", add()));
    history_.seed(calls);
    lasting_ = present_;
  }

  /// Ids that no change takes away.
  const Present& lasting() const { return lasting_; }
  const Present& present() const { return present_; }

  void change() {
    for (int i = 0; i < 2; ++i) history_.insert(done("fn", add()));
    if (random_() % 2 == 0) history_.insert(done("another", add_nothing()));
    std::vector<std::string> passing;
    std::set_difference(present_.begin(), present_.end(), lasting_.begin(), lasting_.end(),
                        std::back_inserter(passing), std::greater<>());
    const std::string gone = passing[random_() % passing.size()];
    history_.remove({"fn", gone});
    present_.erase(gone);
  }

 private:
  std::string new_id() {
    const std::size_t number = random_() % 100'000;
    return number % 3 == 0 ? fmt::format("{:05}", number)
                           : id_at(static_cast<std::int64_t>(number), number);
  }

  std::string add() {
    std::string id = new_id();
    while (!present_.insert(id).second) id = new_id();
    return id;
  }

  std::string add_nothing() { return new_id() + "-" + std::to_string(++others_); }

  FreshStore& history_;
  std::mt19937 random_;
  Present present_;
  Present lasting_;
  int others_ = 0;
};

}  // namespace

TEST_CASE("pages of a function stay exact while calls come and go between them") {
  FreshStore history = fresh_store();
  const std::uint32_t seed = GENERATE(1U, 2U);
  CAPTURE(seed);
  Moving moving(history, seed);
  CallFilter filter{.fn_id = "fn", .per_page = 4};
  std::vector<std::string> seen;
  do {
    const CallList page = history->list(filter);
    const std::string last = seen.empty() ? "" : seen.back();
    REQUIRE(ids_of(page.items) == next_page(moving.present(), last, 4));
    for (const Call& call : page.items) seen.push_back(call.id);
    filter.cursor = page.next_cursor;
    moving.change();
  } while (!filter.cursor.empty());
  CHECK(std::set<std::string>(seen.begin(), seen.end()).size() == seen.size());
  for (const std::string& id : moving.lasting()) {
    CHECK(std::count(seen.begin(), seen.end(), id) == 1);
  }
}

TEST_CASE("pages over all functions show every lasting call once while others come and go") {
  FreshStore history = fresh_store();
  const std::uint32_t seed = GENERATE(4U, 5U);
  CAPTURE(seed);
  Moving moving(history, seed);
  CallFilter filter{.per_page = 5};
  std::vector<std::string> seen;
  do {
    const CallList page = history->list(filter);
    for (const Call& call : page.items) {
      if (call.fn_id == "fn") seen.push_back(call.id);
    }
    filter.cursor = page.next_cursor;
    moving.change();
  } while (!filter.cursor.empty());
  CHECK(std::is_sorted(seen.begin(), seen.end(), std::greater<>()));
  CHECK(std::adjacent_find(seen.begin(), seen.end()) == seen.end());
  for (const std::string& id : moving.lasting()) {
    CHECK(std::count(seen.begin(), seen.end(), id) == 1);
  }
}

TEST_CASE("a status filter's pages stay exact while calls leave that status") {
  FreshStore history = fresh_store();
  std::vector<Call> calls;
  for (int i = 0; i < 40; ++i) {
    calls.push_back(call_in(Status::running, "fn", fmt::format("{:02}", i)));
  }
  history.seed(calls);
  CallFilter filter{.fn_id = "fn", .per_page = 5, .status = {Status::running}};
  std::vector<std::string> seen;
  do {
    const CallList page = history->list(filter);
    for (const Call& call : page.items) seen.push_back(call.id);
    filter.cursor = page.next_cursor;
    // What was seen ends, and so does one call of the next page.
    for (const Call& call : page.items) {
      history.transition(call.key(), {.to = Status::success});
    }
    if (!filter.cursor.empty() && page.items.back().id != "00") {
      const int below = std::stoi(page.items.back().id) - 2;
      if (below > 0) history.transition({"fn", fmt::format("{:02}", below)}, {.to = Status::error});
    }
  } while (!filter.cursor.empty());
  std::vector<std::string> wanted;
  for (int i = 39; i >= 0; --i) wanted.push_back(fmt::format("{:02}", i));
  for (const Call& call : walk(*history, {.fn_id = "fn", .status = {Status::error}})) {
    wanted.erase(std::find(wanted.begin(), wanted.end(), call.id));
  }
  CHECK(wanted.size() < 40);
  CHECK(seen == wanted);
}
