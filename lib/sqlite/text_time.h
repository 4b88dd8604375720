#pragma once

#include <cstdint>
#include <string_view>

namespace fnstore::sqlite {

/// The text of a time orders bytewise as the time does, so a comparison with any text whatever is
/// a comparison with a time. Both return milliseconds since 1970; where no time has such a text,
/// one more than the latest time.

/// The first time whose text is not below `text`.
std::int64_t first_time_from(std::string_view text);
/// The first time whose text is above `text`.
std::int64_t first_time_above(std::string_view text);

}  // namespace fnstore::sqlite
