#include "codec/stats_part.h"

#include "codec/frame.h"
#include "codec/stats_columns.h"

#include <algorithm>
#include <vector>

namespace fnstore::codec {

std::string encode_stats_part(std::span<const CallEntry* const> calls,
                              std::span<std::uint64_t> sizes) {
  std::fill(sizes.begin(), sizes.end(), 0);
  if (std::ranges::all_of(calls, [](const auto* call) { return call->stats.empty(); })) return {};
  std::vector<std::string_view> stats;
  std::vector<CallSpan> spans;
  for (const CallEntry* const call : calls) {
    stats.emplace_back(call->stats);
    spans.push_back(call_span(call->created, call->started, call->completed));
  }
  if (auto columns = encode_stats_columns(stats, spans, sizes)) return std::move(*columns);
  std::string all;
  for (std::size_t i = 0; i < calls.size(); ++i) {
    sizes[i] = stats[i].size();
    all += stats[i];
  }
  return make_frame(all);
}

}  // namespace fnstore::codec
