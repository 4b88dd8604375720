#pragma once

#include "fnstore/status.h"

#include "codec/id_text.h"

#include <cstdint>
#include <limits>
#include <string>

namespace fnstore::codec {

/// A time that is not set. Stored only as the absence of a value.
inline constexpr std::int64_t no_time = std::numeric_limits<std::int64_t>::min();

/// What a listing needs of one call, with its app and its function as numbers. The form in which
/// rows, blocks and the index of recent rows exchange calls.
struct CallEntry {
  IdText id;
  Status status = Status::queued;
  CallType type = CallType::none;
  std::uint32_t app_no = 0;
  std::int64_t created = 0;  // milliseconds since 1970, as the next two
  std::int64_t started = no_time;
  std::int64_t completed = no_time;
  std::string trigger_id;
  std::string error;
  std::string stats;            // codec/stats_blob.h
  std::uint64_t detail_no = 0;  // 0: the call has no request fields
  std::uint64_t log_no = 0;     // 0: no log; empty_log_no: an empty one

  friend bool operator==(const CallEntry&, const CallEntry&) = default;
};

/// The log_no of every empty log: no row is spent on it. Stored: never change.
inline constexpr std::uint64_t empty_log_no = 1;

}  // namespace fnstore::codec
