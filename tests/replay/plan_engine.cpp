#include "plan_engine.h"

#include <algorithm>
#include <set>
#include <string>
#include <tuple>

namespace fnstore::bench {

void PlanEngine::insert(std::span<const Call> more) {
  calls.insert(calls.end(), more.begin(), more.end());
}

CallList PlanEngine::list(const CallFilter& filter) const {
  const auto position = [](const Call& call) { return std::tie(call.id, call.fn_id); };
  std::vector<Call> found;
  for (const Call& call : calls) {
    if (!filter.fn_id.empty() && call.fn_id != filter.fn_id) continue;
    if (filter.from_time && *call.created_at <= *filter.from_time) continue;
    if (filter.to_time && *call.created_at >= *filter.to_time) continue;
    if (!filter.cursor.empty()) {
      const CursorPosition cursor = decode_cursor(filter.cursor);
      if (position(call) >= std::tie(cursor.id, cursor.fn_id)) continue;
    }
    found.push_back(call);
  }
  std::sort(found.begin(), found.end(),
            [&](const Call& a, const Call& b) { return position(a) > position(b); });
  CallList page;
  page.items.assign(found.begin(), found.begin() + static_cast<std::ptrdiff_t>(
                                                       std::min(filter.per_page, found.size())));
  if (page.items.size() == filter.per_page) {
    const Call& last = page.items.back();
    page.next_cursor = encode_cursor(last.id, filter.fn_id.empty() ? last.fn_id : "");
  }
  return page;
}

Engine::Counts PlanEngine::count() const {
  std::set<std::string> functions;
  for (const Call& call : calls) functions.insert(call.fn_id);
  return {calls.size(), functions.size()};
}

std::uint64_t PlanEngine::prune(Timestamp before) {
  return std::erase_if(calls, [&](const Call& call) { return *call.created_at < before; });
}

}  // namespace fnstore::bench
