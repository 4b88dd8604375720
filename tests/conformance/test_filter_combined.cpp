#include "contents.h"
#include "fresh_store.h"
#include "sample_calls.h"

#include <algorithm>
#include <fmt/format.h>
#include <functional>

using namespace fnstore;

namespace {

const char* const fn_ids[] = {"fn-a", "fn-b", "fn-rare"};
const char* const errors[] = {"timeout", "bad_exit: status 1", "killed: timeout of the node", ""};

/// 840 calls in which every value of every field meets those of the others.
std::vector<Call> grid() {
  std::vector<Call> calls;
  for (std::size_t i = 0; i < 840; ++i) {
    const auto status = static_cast<Status>(i % 7 == 6 ? 3 : i % 7);
    const char* const fn_id = fn_ids[i % 41 == 0 ? 2 : i / 7 % 2];
    Call call = call_in(status, fn_id, fmt::format("{:03}", i * 503 % 840));
    call.created_at = at(static_cast<std::int64_t>(i * 11 % 840));
    call.type = static_cast<CallType>(i / 3 % 4);
    call.app_id = fmt::format("app-{}", i / 2 % 3);
    call.app_name = i % 2 == 0 ? "one name" : "another";
    call.trigger_id = i % 5 == 0 ? "" : fmt::format("trigger-{}", i % 5);
    if (status == Status::error || status == Status::cancelled) call.error = errors[i / 7 % 4];
    calls.push_back(std::move(call));
  }
  return calls;
}

/// What CONTRACT says of a call and a filter, field by field.
bool matches(const Call& call, const CallFilter& filter) {
  const auto& any = filter.status;
  return (filter.fn_id.empty() || call.fn_id == filter.fn_id) &&
         (!filter.from_time || *filter.from_time < *call.created_at) &&
         (!filter.to_time || *call.created_at < *filter.to_time) &&
         (any.empty() || std::find(any.begin(), any.end(), call.status) != any.end()) &&
         (!filter.type || *filter.type == call.type) &&
         (filter.app_id.empty() || call.app_id == filter.app_id) &&
         (filter.trigger_id.empty() || call.trigger_id == filter.trigger_id) &&
         call.error.find(filter.error) != std::string::npos;
}

using Narrow = std::function<void(CallFilter&)>;

/// One way and another of narrowing by each field.
const std::vector<std::vector<Narrow>> ways{
    {[](CallFilter& f) { f.fn_id = "fn-a"; }, [](CallFilter& f) { f.fn_id = "fn-rare"; }},
    {[](CallFilter& f) { f.from_time = at(99); }, [](CallFilter& f) { f.to_time = at(500); },
     [](CallFilter& f) { f.from_time = at(300), f.to_time = at(610); }},
    {[](CallFilter& f) { f.status = {Status::error}; },
     [](CallFilter& f) {
       f.status = {Status::cancelled, Status::queued, Status::success};
     }},
    {[](CallFilter& f) { f.type = CallType::none; },
     [](CallFilter& f) { f.type = CallType::async; }},
    {[](CallFilter& f) { f.app_id = "app-1"; }},
    {[](CallFilter& f) { f.trigger_id = "trigger-3"; }},
    {[](CallFilter& f) { f.error = "timeout"; }, [](CallFilter& f) { f.error = "bad_exit"; }},
};

/// Every choice of at most one way for each field.
std::vector<CallFilter> all_filters() {
  std::vector<CallFilter> filters{{}};
  for (const std::vector<Narrow>& field : ways) {
    const std::size_t before = filters.size();
    for (const Narrow& narrow : field) {
      for (std::size_t i = 0; i < before; ++i) {
        filters.push_back(filters[i]);
        narrow(filters.back());
      }
    }
  }
  return filters;
}

}  // namespace

TEST_CASE("all filters combine with each other and with the cursor") {
  FreshStore history = fresh_store();
  const std::vector<Call> calls = grid();
  history.seed(calls);
  std::vector<Call> ordered;
  for (const Call& call : calls) ordered.push_back(as_listed(call));
  std::sort(ordered.begin(), ordered.end(),
            [](const Call& a, const Call& b) { return a.id > b.id; });
  std::size_t selecting = 0;
  std::size_t number = 0;
  for (CallFilter filter : all_filters()) {
    CAPTURE(filter.fn_id, filter.status.size(), filter.type.has_value(), filter.app_id,
            filter.trigger_id, filter.error, filter.from_time, filter.to_time);
    std::vector<Call> wanted;
    for (const Call& call : ordered) {
      if (matches(call, filter)) wanted.push_back(call);
    }
    selecting += wanted.empty() ? 0 : 1;
    filter.per_page = ++number % 3 == 0 ? 7 : 50;
    const std::vector<Call> found = walk(*history, filter);
    REQUIRE(ids_of(found) == ids_of(wanted));
    REQUIRE(found == wanted);
  }
  CHECK(number == 1'296);
  CHECK(selecting > 500);
}
