#include "peers/peer_pages.h"

#include <algorithm>
#include <tuple>

namespace fnstore::bench {
namespace {

struct Head {
  Call call;
  std::uint32_t function = 0;
};

bool is_older(const Head& a, const Head& b) {
  return std::tie(a.call.id, a.call.fn_id) < std::tie(b.call.id, b.call.fn_id);
}

}  // namespace

CallList merge_functions(const NameNumbers& functions, const CursorPosition& below,
                         std::size_t wanted, const NextOfFunction& next) {
  std::vector<Head> heads;
  for (std::uint32_t function = 1; function <= functions.size(); ++function) {
    const bool at_id = !below.id.empty() && functions.name(function) < below.fn_id;
    if (auto call = next(function, below.id, at_id)) heads.push_back({std::move(*call), function});
  }
  std::ranges::make_heap(heads, is_older);
  CallList page;
  reserve_page(page, wanted);
  while (!heads.empty() && page.items.size() < wanted) {
    std::ranges::pop_heap(heads, is_older);
    Head& newest = heads.back();
    page.items.push_back(std::move(newest.call));
    auto following = next(newest.function, page.items.back().id, false);
    if (following) {
      newest.call = std::move(*following);
      std::ranges::push_heap(heads, is_older);
    } else {
      heads.pop_back();
    }
  }
  return page;
}

void reserve_page(CallList& page, std::size_t wanted) {
  constexpr std::size_t usual_most = 128;  // a walk's pages are larger, and grow as they are filled
  page.items.reserve(std::min(wanted, usual_most));
}

void set_next_cursor(CallList& page, const CallFilter& filter, std::size_t wanted) {
  if (page.items.size() < wanted || page.items.empty()) return;
  const Call& last = page.items.back();
  page.next_cursor = encode_cursor(last.id, filter.fn_id.empty() ? last.fn_id : "");
}

Engine::Summary summary_of(std::vector<std::int64_t>& run_ms, std::uint64_t errors) {
  Engine::Summary summary;
  summary.calls = run_ms.size();
  summary.errors = errors;
  if (run_ms.empty()) return summary;
  const auto nearest_rank = [&](std::size_t percent) {
    const std::size_t rank = (run_ms.size() * percent + 99) / 100;
    const auto wanted = run_ms.begin() + static_cast<std::ptrdiff_t>(rank - 1);
    std::nth_element(run_ms.begin(), wanted, run_ms.end());
    return *wanted;
  };
  summary.p50 = nearest_rank(50);
  summary.p90 = nearest_rank(90);
  summary.p99 = nearest_rank(99);
  summary.max = nearest_rank(100);
  return summary;
}

}  // namespace fnstore::bench
