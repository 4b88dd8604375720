// Some calls were created long before or after those beside them: time ranges find them all the
// same.

#include "contents.h"
#include "fresh_store.h"
#include "sample_calls.h"

#include <algorithm>
#include <cstdint>
#include <random>

using namespace fnstore;

namespace {

constexpr std::int64_t day = 24LL * 3600 * 1000;

/// 700 calls, one a second; of every `one_in` one is created up to 30 days off.
std::vector<Call> scattered_calls(std::mt19937_64& random, std::uint64_t one_in) {
  std::vector<Call> calls = done_each_second("f", 700);
  for (Call& call : calls) {
    if (random() % one_in != 0) continue;
    const auto off = static_cast<std::int64_t>(random() % (60 * day)) - 30 * day;
    call.created_at = *call.created_at + std::chrono::milliseconds(off);
    call.started_at = call.completed_at = call.created_at;
  }
  return calls;
}

/// `below`: an id, or empty.
std::vector<Call> expected_page(std::vector<Call> calls, const CallFilter& filter,
                                const std::string& below) {
  std::erase_if(calls, [&](const Call& call) {
    return (filter.from_time && *call.created_at <= *filter.from_time) ||
           (filter.to_time && *call.created_at >= *filter.to_time) ||
           (!below.empty() && call.id >= below);
  });
  std::sort(calls.begin(), calls.end(), [](const Call& a, const Call& b) { return a.id > b.id; });
  if (calls.size() > filter.per_page) calls.resize(filter.per_page);
  return calls;
}

}  // namespace

TEST_CASE("a time range finds calls created far from those beside them") {
  FreshStore history = fresh_store();
  const std::uint64_t one_in = GENERATE(3, 20, 300);
  std::mt19937_64 random(one_in);
  const std::vector<Call> calls = scattered_calls(random, one_in);
  history.seed(calls);
  for (int round = 0; round < 80; ++round) {
    CAPTURE(one_in, round);
    const Call& about = calls[random() % calls.size()];
    CallFilter filter{.fn_id = "f", .per_page = 7};
    const auto width = std::chrono::milliseconds(std::int64_t{1} << random() % 32);
    if (round % 4 != 0) filter.from_time = *about.created_at - width;
    if (round % 4 != 1) filter.to_time = *about.created_at + std::chrono::milliseconds(1);
    std::vector<Call> page = history->list(filter).items;
    CHECK(page == expected_page(calls, filter, ""));
    if (page.size() < filter.per_page) continue;
    filter.cursor = encode_cursor(page.back().id);
    CHECK(history->list(filter).items == expected_page(calls, filter, page.back().id));
  }
}
