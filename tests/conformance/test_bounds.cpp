#include "contents.h"
#include "fresh_store.h"
#include "sample_calls.h"

#include <fmt/format.h>
#include <limits>

using namespace fnstore;
using std::chrono::milliseconds;
using Ids = std::vector<std::string>;

namespace {

Ids between(const FreshStore& history, std::optional<Timestamp> from, std::optional<Timestamp> to) {
  const CallFilter filter{.fn_id = "fn", .from_time = from, .to_time = to, .per_page = 10'000};
  CallFilter over_all = filter;
  over_all.fn_id.clear();
  const Ids found = ids_of(history->list(filter).items);
  CHECK(ids_of(history->list(over_all).items) == found);
  return found;
}

}  // namespace

TEST_CASE("both bounds are exclusive, to the millisecond") {
  FreshStore history = fresh_store();
  history.seed({done("fn", "1", at(999)), done("fn", "2", at(1'000)), done("fn", "3", at(1'001)),
                done("fn", "4", at(1'002))});
  CHECK(between(history, at(998), {}) == Ids{"4", "3", "2", "1"});
  CHECK(between(history, at(999), {}) == Ids{"4", "3", "2"});
  CHECK(between(history, at(1'000), {}) == Ids{"4", "3"});
  CHECK(between(history, at(1'001), {}) == Ids{"4"});
  CHECK(between(history, at(1'002), {}) == Ids{});
  CHECK(between(history, {}, at(1'003)) == Ids{"4", "3", "2", "1"});
  CHECK(between(history, {}, at(1'002)) == Ids{"3", "2", "1"});
  CHECK(between(history, {}, at(1'000)) == Ids{"1"});
  CHECK(between(history, {}, at(999)) == Ids{});
  CHECK(between(history, at(999), at(1'002)) == Ids{"3", "2"});
  CHECK(between(history, at(999), at(1'001)) == Ids{"2"});
  CHECK(between(history, at(1'000), at(1'001)) == Ids{});
  CHECK(between(history, at(1'000), at(1'000)) == Ids{});
  CHECK(between(history, at(1'002), at(999)) == Ids{});
}

TEST_CASE("bounds are compared as times from one end of the calendar to the other") {
  FreshStore history = fresh_store();
  const Timestamp epoch{};
  history.seed({done("fn", "first", earliest_timestamp),
                done("fn", "early", epoch - milliseconds(1)), done("fn", "epoch", epoch),
                done("fn", "late", at(0)), done("fn", "last", latest_timestamp)});
  CHECK(between(history, earliest_timestamp, {}) == Ids{"late", "last", "epoch", "early"});
  CHECK(between(history, {}, latest_timestamp) == Ids{"late", "first", "epoch", "early"});
  CHECK(between(history, epoch - milliseconds(1), {}) == Ids{"late", "last", "epoch"});
  CHECK(between(history, {}, epoch) == Ids{"first", "early"});
  CHECK(between(history, epoch - milliseconds(2), epoch + milliseconds(1)) ==
        Ids{"epoch", "early"});
}

TEST_CASE("a bound beyond the calendar leaves nothing out, or everything") {
  FreshStore history = fresh_store();
  history.seed({done("fn", "a", earliest_timestamp), done("fn", "b", latest_timestamp)});
  const Timestamp least{milliseconds(std::numeric_limits<std::int64_t>::min())};
  const Timestamp most{milliseconds(std::numeric_limits<std::int64_t>::max())};
  CHECK(between(history, earliest_timestamp - milliseconds(1), {}) == Ids{"b", "a"});
  CHECK(between(history, {}, latest_timestamp + milliseconds(1)) == Ids{"b", "a"});
  CHECK(between(history, least, most) == Ids{"b", "a"});
  CHECK(between(history, most, {}) == Ids{});
  CHECK(between(history, {}, least) == Ids{});
}

TEST_CASE("a time range selects by created_at, however far that is from the id's time") {
  FreshStore history = fresh_store();
  // Each id's time and its created_at: together, years apart, or the wrong way round.
  std::vector<Call> calls;
  const std::int64_t year = 31'556'952'000;
  for (std::int64_t i = 0; i < 900; ++i) {
    std::int64_t created = i * 1'000;
    if (i % 7 == 3) created = -40 * year + i;
    if (i % 7 == 5) created = 900'000 - created;
    if (i % 100 == 99) created = 80 * year - i;
    calls.push_back(done("fn", id_at(i * 1'000, 1), at(created)));
  }
  history.seed(calls);
  const std::pair<std::int64_t, std::int64_t> ranges[] = {
      {0, 10'000},
      {400'000, 405'000},
      {899'000, 901'000},
      {-year, year},
      {-40 * year, 1},
      {-40 * year + 3, -40 * year + 11},
      {year, 100 * year},
      {80 * year - 100, 80 * year - 98},
      {79 * year, 80 * year - 899},
      {123'999, 124'001},
  };
  for (const auto& [from, to] : ranges) {
    CAPTURE(from, to);
    Ids wanted;
    for (auto call = calls.rbegin(); call != calls.rend(); ++call) {
      if (at(from) < *call->created_at && *call->created_at < at(to)) wanted.push_back(call->id);
    }
    CHECK(between(history, at(from), at(to)) == wanted);
    CHECK(ids_of(walk(*history,
                      {.fn_id = "fn", .from_time = at(from), .to_time = at(to), .per_page = 17})) ==
          wanted);
  }
  CHECK(between(history, at(80 * year - 100), at(80 * year - 98)) == Ids{id_at(99'000, 1)});
}

TEST_CASE("the times a call began and ended at do not count") {
  FreshStore history = fresh_store();
  Call call = done("fn", "id", at(0));
  call.started_at = at(100'000);
  call.completed_at = at(200'000);
  history.seed({call});
  CHECK(between(history, at(50'000), {}) == Ids{});
  CHECK(between(history, at(-1), at(1)) == Ids{"id"});
}
