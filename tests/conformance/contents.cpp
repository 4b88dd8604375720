#include "contents.h"

#include "printing.h"
#include "sample_calls.h"

#include <array>
#include <catch2/catch.hpp>
#include <set>

using namespace fnstore;

namespace {

void check_info(const StoreInfo& info, const std::vector<Recorded>& all) {
  std::array<std::uint64_t, status_count> by_status{};
  std::set<std::string> functions;
  std::optional<Timestamp> oldest;
  std::optional<Timestamp> newest;
  for (const auto& [call, log] : all) {
    ++by_status[static_cast<std::size_t>(call.status)];
    functions.insert(call.fn_id);
    oldest = oldest ? std::min(*oldest, *call.created_at) : *call.created_at;
    newest = newest ? std::max(*newest, *call.created_at) : *call.created_at;
  }
  CHECK(info.calls == all.size());
  CHECK(info.calls_by_status == by_status);
  CHECK(info.functions == functions.size());
  CHECK(info.oldest == oldest);
  CHECK(info.newest == newest);
}

}  // namespace

std::vector<Recorded> contents(const Store& store) {
  std::vector<Recorded> all;
  for (const Call& listed : store.calls({})) {
    Recorded recorded{store.get(listed.key()), store.find_log(listed.key())};
    CHECK(as_listed(recorded.call) == listed);
    all.push_back(std::move(recorded));
  }
  check_info(store.info(), all);
  return all;
}

std::vector<std::string> ids_of(const std::vector<Call>& calls) {
  std::vector<std::string> ids;
  for (const Call& call : calls) ids.push_back(call.id);
  return ids;
}

std::vector<Call> walk(const Store& store, CallFilter filter) {
  const std::size_t full = filter.per_page == 0 ? limits::default_page : filter.per_page;
  std::vector<Call> all;
  do {
    CallList page = store.list(filter);
    REQUIRE(page.items.size() <= full);
    REQUIRE(page.next_cursor.empty() == (page.items.size() < full));
    for (Call& call : page.items) all.push_back(std::move(call));
    filter.cursor = page.next_cursor;
  } while (!filter.cursor.empty());
  return all;
}
