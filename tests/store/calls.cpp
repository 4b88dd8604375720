#include "calls.h"

#include <fmt/format.h>
#include <stdexcept>
#include <utility>

using namespace fnstore;

namespace {

std::pair<const std::string&, const std::string&> place(const Call& call) {
  return {call.id, call.fn_id};
}

void check_call(const Call& call) {
  if (is_finished(call.status) == call.completed_at.has_value()) return;
  throw std::runtime_error(fmt::format("call {} of {} is {} and {} completed_at", call.id,
                                       call.fn_id, to_string(call.status),
                                       call.completed_at ? "has" : "lacks"));
}

}  // namespace

Call call_in(Status status, const std::string& fn_id, const std::string& id) {
  Call call;
  call.id = id;
  call.fn_id = fn_id;
  call.status = status;
  call.created_at = parse_rfc3339("2019-04-05T00:00:00Z");
  if (is_finished(status)) call.completed_at = call.created_at;
  return call;
}

std::string four_digits(std::size_t number) {
  return fmt::format("{:04}", number);
}

std::vector<Call> checked_walk(const Store& store, CallFilter filter) {
  std::vector<Call> all;
  do {
    CallList page = store.list(filter);
    if (page.items.size() > filter.per_page) throw std::runtime_error("a page is too long");
    if (page.next_cursor.empty() == (page.items.size() == filter.per_page)) {
      throw std::runtime_error("next_cursor and a full page do not go together");
    }
    for (Call& call : page.items) {
      check_call(call);
      if (!all.empty() && !(place(call) < place(all.back()))) {
        throw std::runtime_error(fmt::format("call {} of {} comes after {} of {}", call.id,
                                             call.fn_id, all.back().id, all.back().fn_id));
      }
      all.push_back(std::move(call));
    }
    filter.cursor = page.next_cursor;
  } while (!filter.cursor.empty());
  return all;
}
