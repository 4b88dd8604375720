#pragma once

#include "fnstore/timestamp.h"

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace fnstore {

/// What a call used, measured at one moment. Well-known metric names: cpu_user, cpu_kernel,
/// cpu_total (nanoseconds), mem_usage, mem_limit, disk_read, disk_write, net_rx, net_tx (bytes).
struct Sample {
  Timestamp timestamp{};
  std::map<std::string, std::uint64_t> metrics{};

  friend bool operator==(const Sample&, const Sample&) = default;
};

using Stats = std::vector<Sample>;

/// At most limits::samples_per_call samples that stand for `samples`, which must be in time order.
/// Up to the limit they come back as they are. More are averaged over that many equal windows
/// (nanosecond width, cut) between the first and the last timestamp: a sample on a boundary stays
/// in the earlier window, the last sample to be written takes the rest, an empty window gives
/// nothing. A merged sample carries the timestamp of its window's first sample; each value is
/// divided by the number of samples before they are added, as the model's own Decimate does.
Stats merge_samples(Stats samples);

}  // namespace fnstore
