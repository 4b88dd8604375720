#pragma once

#include "fnstore/call.h"

#include <string_view>

namespace fnstore {

/// Every check here throws `invalid` with a message that names the field, the limit and what was
/// found, and quotes foreign text only in escaped form.

/// All rules for a call on its own: sizes, UTF-8, ranges, an error only where one belongs. More
/// samples than limits::samples_per_call are no error: they are merged when the call is stored.
void validate(const Call& call);

/// The call and the size of its log.
void validate(const CallRecord& record);

/// Both ids of a key: "Missing call ID" and "Missing Fn ID" when one is empty.
void validate(const CallKey& key);

/// The rules for id and fn_id: 1 to limits::id_bytes of valid UTF-8 without control characters.
/// `field` is the name in the message.
void validate_id(std::string_view text, std::string_view field);

/// A call's error: valid UTF-8 within the limit, and empty unless the status may carry one.
void validate_error(std::string_view error, Status status);

/// Within the years 1 to 9999.
void validate_time(Timestamp time, std::string_view field);

/// Samples in time order, names and numbers of metrics.
void validate_stats(const Stats& stats);

/// The size only: a log is any bytes.
void validate_log(std::string_view log);

}  // namespace fnstore
