#pragma once

#include "fnstore/call.h"

#include "codec/call_entry.h"
#include "sqlite/recent_index.h"

namespace fnstore::sqlite {

/// The listing part of a call: stats merged and encoded, an absent created_at filled in with `now`.
/// app_no, detail_no and log_no are left for the caller.
codec::CallEntry to_entry(const Call& call, Timestamp now);

/// The listing part as a Call; the request fields stay at their defaults.
Call to_call(codec::CallEntry&& entry, std::string_view fn_id, const App& app);
/// The same into a call that is empty so far.
void fill_call(Call& call, codec::CallEntry&& entry, std::string_view fn_id, const App& app);

inline std::optional<Timestamp> to_time(std::int64_t milliseconds) {
  if (milliseconds == codec::no_time) return std::nullopt;
  return Timestamp(std::chrono::milliseconds(milliseconds));
}

std::int64_t to_milliseconds(const std::optional<Timestamp>& time);

}  // namespace fnstore::sqlite
