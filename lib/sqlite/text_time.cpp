#include "sqlite/text_time.h"

#include "fnstore/timestamp.h"

namespace fnstore::sqlite {
namespace {

/// The first time whose text makes `reached` true; from there on it stays true.
template <typename Reached>
std::int64_t first_time(const Reached& reached) {
  std::int64_t low = earliest_timestamp.time_since_epoch().count();
  std::int64_t high = latest_timestamp.time_since_epoch().count() + 1;
  while (low < high) {
    const std::int64_t middle = low + (high - low) / 2;
    if (reached(format_rfc3339(Timestamp(std::chrono::milliseconds(middle))))) {
      high = middle;
    } else {
      low = middle + 1;
    }
  }
  return low;
}

}  // namespace

std::int64_t first_time_from(std::string_view text) {
  return first_time([&](std::string_view time) { return time >= text; });
}

std::int64_t first_time_above(std::string_view text) {
  return first_time([&](std::string_view time) { return time > text; });
}

}  // namespace fnstore::sqlite
