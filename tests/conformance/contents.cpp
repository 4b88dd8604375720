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

void check_views(const CallViewList& views, const CallList& page) {
  REQUIRE(views.items.size() == page.items.size());
  CHECK(views.next_cursor == page.next_cursor);
  for (std::size_t i = 0; i < page.items.size(); ++i) {
    const CallView& view = views.items[i];
    Call shown;
    shown.id = view.id;
    shown.fn_id = view.fn_id;
    shown.app_id = view.app_id;
    shown.app_name = view.app_name;
    shown.trigger_id = view.trigger_id;
    shown.type = view.type;
    shown.status = view.status;
    shown.error = view.error;
    shown.created_at = view.created_at;
    shown.started_at = view.started_at;
    shown.completed_at = view.completed_at;
    shown.stats = page.items[i].stats;
    CHECK(shown == page.items[i]);
    CHECK(view.has_stats == !page.items[i].stats.empty());
  }
}

std::vector<Call> walk(const Store& store, CallFilter filter) {
  const std::size_t full = filter.per_page == 0 ? limits::default_page : filter.per_page;
  std::vector<Call> all;
  CallViewList views;  // the same one again and again, as a caller in a hurry would
  do {
    CallList page = store.list(filter);
    store.list_views(filter, views);
    check_views(views, page);
    REQUIRE(page.items.size() <= full);
    REQUIRE(page.next_cursor.empty() == (page.items.size() < full));
    for (Call& call : page.items) all.push_back(std::move(call));
    filter.cursor = page.next_cursor;
  } while (!filter.cursor.empty());
  return all;
}
