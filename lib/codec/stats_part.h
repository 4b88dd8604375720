#pragma once

#include "codec/call_entry.h"

#include <cstdint>
#include <span>
#include <string>

namespace fnstore::codec {

/// The stats part of a block: in columns, or a frame of what the calls have, one after the other,
/// where columns cannot hold it. Puts the values of the column stats_size into `sizes`.
std::string encode_stats_part(std::span<const CallEntry* const> calls,
                              std::span<std::uint64_t> sizes);

}  // namespace fnstore::codec
