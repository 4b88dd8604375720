#pragma once

#include "fnstore/call.h"
#include "fnstore/call_filter.h"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace fnstore::bench {

using PackedId = std::array<char, 16>;  ///< sorts as the text does

/// `unsupported` for an id that was not generated.
PackedId pack_id(std::string_view id);
std::string unpack_id(std::string_view bytes);
/// The milliseconds since 1970 in it.
std::int64_t time_of_id(std::string_view packed);

/// Throws `unsupported` unless the call is finished and has all three times.
void check_peers_take(const Call& call);

/// A call without its key, in as few bytes as varints make it: what a careful user of a key-value
/// store would write. Views point into the bytes it was read from.
struct PackedCall {
  std::int64_t created_at = 0;  ///< ms since 1970, as the two others
  std::int64_t started_at = 0;
  std::int64_t completed_at = 0;
  Status status = Status::success;
  CallType type = CallType::none;
  std::uint32_t app = 0;  ///< the number of its id
  std::string_view error{};
  std::string_view stats{};  ///< JSON; empty: none
};

/// Appends the bytes to `out`; times are stored as differences to the id's time and each other.
void append_packed(const PackedCall& call, std::int64_t id_time, std::string& out);
/// Throws `corrupt`.
PackedCall read_packed(std::string_view bytes, std::int64_t id_time);

/// The filter's parts that speak of a call's own fields; `app` is the number of filter.app_id.
bool matches(const CallFilter& filter, const PackedCall& call, std::optional<std::uint32_t> app);

/// All but id, fn_id and app_id.
void fill(Call& call, const PackedCall& packed);

std::int64_t milliseconds_of(const std::optional<Timestamp>& time);

}  // namespace fnstore::bench
