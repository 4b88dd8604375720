#include "codec/stats_samples.h"

namespace fnstore::codec {

std::vector<std::uint32_t> column_order(std::span<const std::uint32_t> first_sample) {
  std::vector<std::uint32_t> order;
  order.reserve(first_sample.back());
  std::vector<std::uint32_t> calls;  // with a sample at this place
  for (std::uint32_t call = 0; call + 1 < first_sample.size(); ++call) calls.push_back(call);
  for (std::uint32_t place = 0; !calls.empty(); ++place) {
    std::erase_if(calls, [&](std::uint32_t call) {
      return first_sample[call] + place >= first_sample[call + 1];
    });
    for (const std::uint32_t call : calls) order.push_back(first_sample[call] + place);
  }
  return order;
}

std::vector<std::vector<std::uint32_t>> places_by_metric(
    std::span<const std::uint32_t> order, std::span<const std::uint32_t> set_of_sample,
    std::span<const std::uint32_t> first_value, std::span<const std::vector<std::uint32_t>> sets,
    std::size_t metrics) {
  std::vector<std::vector<std::uint32_t>> places(metrics);
  for (const std::uint32_t sample : order) {
    std::uint32_t place = first_value[sample];
    for (const std::uint32_t metric : sets[set_of_sample[sample]]) {
      places[metric].push_back(place++);
    }
  }
  return places;
}

}  // namespace fnstore::codec
