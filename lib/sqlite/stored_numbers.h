#pragma once

#include "fnstore/status.h"

#include "codec/id_text.h"

#include <cstdint>
#include <string_view>

namespace fnstore::sqlite {

/// What a table holds, checked: each throws `corrupt` for a value that fnstore never writes.
std::uint64_t stored_count(std::int64_t value);
std::uint32_t stored_number(std::int64_t value);
std::int64_t stored_time(std::int64_t milliseconds);
Status stored_status(std::int64_t value);
CallType stored_type(std::int64_t value);
codec::IdText stored_id(std::string_view bytes);

[[noreturn]] void fail_stored(const char* what);

}  // namespace fnstore::sqlite
