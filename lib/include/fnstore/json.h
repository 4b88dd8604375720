#pragma once

#include "fnstore/call.h"
#include "fnstore/call_filter.h"

#include <string>
#include <string_view>

namespace fnstore {

/// The model's JSON. Keys stand in the order of struct Call; what is empty, zero or not set is
/// left out, except id, status, app_id, app_name, trigger_id and fn_id. One line, no spaces.
/// A payload that is not UTF-8 is written as `payload_base64`.
std::string to_json(const Call& call);

/// {"next_cursor":...,"items":[...]}; next_cursor is left out when empty.
std::string to_json(const CallList& page);

/// A call with its log: the call's object with `log`, or `log_base64` where the bytes are not
/// UTF-8. A log that is absent is left out; an empty one is written as "".
std::string to_json(const CallRecord& record);

/// Reads what to_json(CallRecord) writes. `id`, `fn_id` and `status` must be there. The model's
/// zero time ("0001-01-01T00:00:00Z") is read as not set. Throws `invalid` that names the field
/// for an unknown field, a wrong type, a value out of range, or text that is not JSON.
CallRecord record_from_json(std::string_view text);

/// {"timestamp":T,"metrics":{...}} in an array, as the field `stats` has it.
std::string to_json(const Stats& stats);

/// The inverse. Throws `invalid`.
Stats stats_from_json(std::string_view text);

/// Standard base64 with padding (RFC 4648, section 4).
std::string encode_base64(std::string_view bytes);

/// Throws `invalid` for anything else than canonical, padded base64.
std::string decode_base64(std::string_view text);

/// Whether the bytes are well-formed UTF-8 (RFC 3629: no surrogates, no overlong forms).
bool is_valid_utf8(std::string_view bytes) noexcept;

}  // namespace fnstore
