#pragma once

#include "fnstore/stats.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace fnstore::codec {

inline constexpr std::uint8_t stats_blob_version = 1;  // stored: never change

/// A call's samples as bytes, empty for none: lib/FORMAT.md has the layout.
std::string encode_stats(const Stats& stats);

/// Throws `corrupt`.
Stats decode_stats(std::string_view bytes);

/// More than the limits of a call allow: 240 samples of 64 metrics, every name another.
inline constexpr std::size_t stats_blob_limit = std::size_t{4} << 20;

}  // namespace fnstore::codec
