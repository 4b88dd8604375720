#include "contents.h"
#include "fresh_store.h"
#include "sample_calls.h"

#include <algorithm>
#include <fmt/format.h>
#include <iterator>
#include <map>
#include <utility>

using namespace fnstore;

namespace {

/// By what orders a listing over all functions.
using Expected = std::map<std::pair<std::string, std::string>, Call, std::greater<>>;

void check_newest(const Store& store, const Expected& expected, std::size_t per_page) {
  const CallList page = store.list({.per_page = per_page});
  std::vector<Call> wanted;
  const std::size_t size = std::min(per_page, expected.size());
  std::transform(expected.begin(), std::next(expected.begin(), static_cast<std::ptrdiff_t>(size)),
                 std::back_inserter(wanted), [](const auto& known) { return known.second; });
  CHECK(page.items == wanted);
  CHECK(page.next_cursor.empty() == (size < per_page));
  check_views(store.list_views({.per_page = per_page}), page);
}

}  // namespace

TEST_CASE("the newest page over all functions follows every insert and removal") {
  FreshStore history = fresh_store();
  Expected expected;
  const auto add = [&](const std::string& fn_id, std::size_t number, bool failed) {
    Call call = done(fn_id, fmt::format("{:04}", number));
    if (failed) {
      call.status = Status::error;
      call.error = fmt::format("no {}", number);
      call.stats = samples_each_second(3);
    }
    expected.emplace(std::pair(call.id, call.fn_id), call);
    history.insert(call);
  };
  for (std::size_t step = 0; step < 60; ++step) {
    add(fmt::format("fn {}", step * 7 % 11), 100 + step / 2, step % 5 == 0);
    if (step % 9 == 0) add("old", step, false);
    if (step % 4 == 3) {
      const auto gone = std::next(expected.begin(), static_cast<std::ptrdiff_t>(step % 6));
      history.remove(gone->second.key());
      expected.erase(gone);
    }
    for (const std::size_t per_page : {2, 7, 30}) check_newest(*history, expected, per_page);
  }
  for (const std::size_t per_page : {3, 128, 129}) check_newest(*history, expected, per_page);
}

TEST_CASE("a page over all functions continues below each of its calls") {
  FreshStore history = fresh_store();
  std::vector<Call> calls;
  for (std::size_t i = 0; i < 120; ++i) {
    calls.push_back(done(fmt::format("fn {:02}", i * 17 % 40), fmt::format("{:03}", i / 3)));
  }
  history.seed(calls);
  const std::vector<Call> all = history->list({.per_page = 1'000}).items;
  REQUIRE(all.size() == calls.size());
  for (std::size_t i = 0; i < all.size(); i += 7) {
    const CallFilter below{.cursor = encode_cursor(all[i].id, all[i].fn_id), .per_page = 9};
    const std::size_t end = std::min(i + 10, all.size());
    const std::vector<Call> wanted(all.begin() + static_cast<std::ptrdiff_t>(i + 1),
                                   all.begin() + static_cast<std::ptrdiff_t>(end));
    CHECK(history->list(below).items == wanted);
  }
}
