#include "contents.h"
#include "fresh_store.h"
#include "original_answers/http_edge.h"
#include "original_answers/seed.h"
#include "refusal.h"

using namespace fnstore;
using namespace original;

namespace {

/// What was asked and answered: calls `first` down to `last` of the function, 0 for none.
struct ListCase {
  const char* name;
  const std::string& fn_id;
  const char* query;
  int first;
  int last;
  const char* next_cursor;
};

const ListCase my_fn_cases[] = {
    {"page 1 of 1", my_fn, "per_page=1", 3, 3, "MDFEN05DMTAwMDAwMDAwMDAwMDAwMDAwMDM"},
    {"page 3 of 1", my_fn, "per_page=1&cursor=MDFEN05DMTAwMDAwMDAwMDAwMDAwMDAwMDI", 1, 1,
     "MDFEN05DMTAwMDAwMDAwMDAwMDAwMDAwMDE"},
    {"an exact page has a cursor", my_fn, "per_page=3", 3, 1,
     "MDFEN05DMTAwMDAwMDAwMDAwMDAwMDAwMDE"},
    {"a page of 2", my_fn, "per_page=2", 3, 2, "MDFEN05DMTAwMDAwMDAwMDAwMDAwMDAwMDI"},
    {"an unknown word", my_fn, "per_page=1&zzz=1", 3, 3, "MDFEN05DMTAwMDAwMDAwMDAwMDAwMDAwMDM"},
    {"a cursor of no call", my_fn, "cursor=MDFEN05DMXp6eg", 3, 1, ""},
};

const ListCase bulk_fn_cases[] = {
    {"per_page 0", bulk_fn, "per_page=0", 105, 76, "MDFEN05DMzAwMDAwMDAwMDAwMDAwMDAwNzY"},
    {"per_page abc", bulk_fn, "per_page=abc", 105, 76, "MDFEN05DMzAwMDAwMDAwMDAwMDAwMDAwNzY"},
    {"per_page blank", bulk_fn, "per_page=", 105, 76, "MDFEN05DMzAwMDAwMDAwMDAwMDAwMDAwNzY"},
    {"per_page 100", bulk_fn, "per_page=100", 105, 6, "MDFEN05DMzAwMDAwMDAwMDAwMDAwMDAwMDY"},
    {"per_page 1000", bulk_fn, "per_page=1000", 105, 6, "MDFEN05DMzAwMDAwMDAwMDAwMDAwMDAwMDY"},
    {"per_page beyond all numbers", bulk_fn, "per_page=99999999999999999999", 105, 6,
     "MDFEN05DMzAwMDAwMDAwMDAwMDAwMDAwMDY"},
    {"the rest", bulk_fn, "per_page=100&cursor=MDFEN05DMzAwMDAwMDAwMDAwMDAwMDAwMDY", 5, 1, ""},
};

const ListCase time_cases[] = {
    {"from the first", my_fn, "from_time=1554422500", 3, 2, ""},
    {"to the last", my_fn, "to_time=1554422700", 2, 1, ""},
    {"the middle", my_fn, "from_time=1554422500&to_time=1554422700", 2, 2, ""},
    {"from 0", my_fn, "from_time=0", 3, 1, ""},
    {"from before 1970", my_fn, "from_time=-1", 3, 1, ""},
    {"a blank time", my_fn, "to_time=", 3, 1, ""},
    {"to the greatest number", my_fn, "to_time=9223372036854775807", 3, 1, ""},
    {"a page of a range", my_fn, "from_time=1554422500&to_time=1554422701&per_page=1", 3, 3,
     "MDFEN05DMTAwMDAwMDAwMDAwMDAwMDAwMDM"},
};

/// Where CONTRACT differs from what was answered.
const ListCase other_cases[] = {
    {"to year 10000, which as text is before all others", my_fn, "to_time=253402300800", 3, 1, ""},
    {"an unknown function, which was no page at all", "nosuch", "", 0, 1, ""},
    {"a function's name for its id, the same", "myfn", "", 0, 1, ""},
    {"a call with status \"\", which was recorded and listed", edge_fn, "", 4, 1, ""},
};

void check_list(const FreshStore& history, const ListCase& asked) {
  CAPTURE(asked.name, asked.query);
  const CallList page = history->list(filter_from_query(asked.fn_id, asked.query));
  std::vector<std::string> wanted;
  for (int number = asked.first; number >= asked.last; --number) {
    wanted.push_back(call_id(asked.fn_id, number));
  }
  CHECK(ids_of(page.items) == wanted);
  CHECK(page.next_cursor == asked.next_cursor);
  for (const Call& call : page.items) CHECK(call.fn_id == asked.fn_id);
}

/// Puts the original's history into the store, in parts that the situation can spread.
void fill(FreshStore& history) {
  std::vector<CallRecord> all = records();
  for (std::size_t i = 0; i < all.size(); i += 16) {
    const auto from = all.begin() + static_cast<std::ptrdiff_t>(i);
    const auto count = static_cast<std::ptrdiff_t>(std::min<std::size_t>(16, all.size() - i));
    history.insert({from, from + count}, OnConflict::error);
  }
}

}  // namespace

TEST_CASE("the original's lists: pages and cursors") {
  FreshStore history = fresh_store();
  fill(history);
  check_list(history, {"an empty function", empty_fn, "", 0, 1, ""});
  for (const ListCase& asked : my_fn_cases) check_list(history, asked);
  for (const ListCase& asked : bulk_fn_cases) check_list(history, asked);
}

TEST_CASE("the original's lists: times") {
  FreshStore history = fresh_store();
  fill(history);
  for (const ListCase& asked : time_cases) check_list(history, asked);
}

TEST_CASE("the original's lists where the contract differs") {
  FreshStore history = fresh_store();
  fill(history);
  for (const ListCase& asked : other_cases) check_list(history, asked);
  // The first was an internal error, the second a page as if there were no cursor.
  for (const char* const query : {"cursor=!!!", "cursor=01D7NC10000000000000000002"}) {
    CHECK(refusal_code([&] { history->list(filter_from_query(my_fn, query)); }) == "invalid");
  }
}

TEST_CASE("the original's lists: fields") {
  FreshStore history = fresh_store();
  fill(history);
  // app_name and trigger_id were left empty by the original.
  CHECK(to_json(history->list({.fn_id = my_fn, .per_page = 2})) ==
        R"({"next_cursor":"MDFEN05DMTAwMDAwMDAwMDAwMDAwMDAwMDI","items":[)"
        R"({"id":"01D7NC10000000000000000003","fn_id":"01D7N0000000000000000000F1",)"
        R"("app_id":"01D7N0000000000000000000A1","app_name":"myapp",)"
        R"("trigger_id":"01D7N0000000000000000000T1","status":"success",)"
        R"("created_at":"2019-04-05T00:05:00.000Z","started_at":"2019-04-05T00:05:00.250Z",)"
        R"("completed_at":"2019-04-05T00:05:00.500Z",)"
        R"("stats":[{"timestamp":"2019-04-05T00:05:00.300Z",)"
        R"("metrics":{"cpu_total":5,"custom_m":1,"mem_usage":1048576}}]},)"
        R"({"id":"01D7NC10000000000000000002","fn_id":"01D7N0000000000000000000F1",)"
        R"("app_id":"01D7N0000000000000000000A1","app_name":"","trigger_id":"",)"
        R"("status":"error","error":"function failed <x>",)"
        R"("created_at":"2019-04-05T00:03:20.000Z","started_at":"2019-04-05T00:03:20.250Z",)"
        R"("completed_at":"2019-04-05T00:03:20.500Z"}]})");
  // Times were printed with the offset they were given with, and as year 1 when not set.
  CHECK(to_json(history->list({.fn_id = edge_fn, .per_page = 2})) ==
        R"({"next_cursor":"MDFEN05DNDAwMDAwMDAwMDAwMDAwMDAwMDM","items":[)"
        R"({"id":"01D7NC40000000000000000004","fn_id":"01D7N0000000000000000000F4",)"
        R"("app_id":"01D7N0000000000000000000A1","app_name":"","trigger_id":"",)"
        R"("status":"success","created_at":"2019-04-05T00:06:40.123Z",)"
        R"("started_at":"2019-04-05T00:06:40.250Z","completed_at":"2019-04-05T00:06:40.500Z"},)"
        R"({"id":"01D7NC40000000000000000003","fn_id":"01D7N0000000000000000000F4",)"
        R"("app_id":"01D7N0000000000000000000A1","app_name":"","trigger_id":"",)"
        R"("status":"success","created_at":"2019-04-05T00:05:00.000Z"}]})");
}
