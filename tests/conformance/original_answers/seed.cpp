#include "original_answers/seed.h"

#include <chrono>
#include <fmt/format.h>

using namespace fnstore;

namespace original {
namespace {

/// What all of its calls have in common: one every 100 s, begun and ended within half a second.
CallRecord plain(const std::string& fn_id, int number) {
  const Timestamp created =
      parse_rfc3339("2019-04-05T00:00:00Z") + std::chrono::seconds(100) * number;
  CallRecord record;
  record.call.id = call_id(fn_id, number);
  record.call.fn_id = fn_id;
  record.call.app_id = app_id;
  record.call.status = Status::success;
  record.call.created_at = created;
  record.call.started_at = created + std::chrono::milliseconds(250);
  record.call.completed_at = created + std::chrono::milliseconds(500);
  record.log = "";
  return record;
}

void add_my_fn(std::vector<CallRecord>& all) {
  CallRecord first = plain(my_fn, 1);
  first.log = "hello\nworld\n";
  CallRecord second = plain(my_fn, 2);
  second.call.status = Status::error;
  second.call.error = "function failed <x>";
  second.log = std::string("caf\u00e9 <b>&amp; \"q\" \\ \u2028 ") + '\0' + " \x1b[0m\n";
  CallRecord third = plain(my_fn, 3);
  third.call.stats = {{*third.call.created_at + std::chrono::milliseconds(300),
                       {{"cpu_total", 5}, {"mem_usage", 1'048'576}, {"custom_m", 1}}}};
  third.call.trigger_id = "01D7N0000000000000000000T1";
  third.call.app_name = "myapp";
  all.insert(all.end(), {first, second, third});
}

/// Ids and created_at go different ways here; one created_at was written with an offset.
void add_edge_fn(std::vector<CallRecord>& all) {
  CallRecord first = plain(edge_fn, 1);
  first.call.created_at = parse_rfc3339("2019-04-05T00:15:00Z");
  CallRecord second = plain(edge_fn, 2);
  second.call.created_at = parse_rfc3339("2019-04-05T00:01:40Z");
  CallRecord third = plain(edge_fn, 3);
  third.call.started_at.reset();
  third.call.completed_at.reset();
  CallRecord fourth = plain(edge_fn, 4);
  fourth.call.created_at = parse_rfc3339("2019-04-05T02:06:40.123999999+02:00");
  all.insert(all.end(), {first, second, third, fourth});
}

}  // namespace

std::string call_id(const std::string& fn_id, int number) {
  return fmt::format("01D7NC{}{:019}", fn_id.back(), number);
}

std::vector<CallRecord> records() {
  std::vector<CallRecord> all;
  add_my_fn(all);
  for (int number = 1; number <= 105; ++number) all.push_back(plain(bulk_fn, number));
  add_edge_fn(all);
  return all;
}

}  // namespace original
