#include "sqlite/stored_numbers.h"

#include "fnstore/error.h"
#include "fnstore/timestamp.h"

#include "model/validation.h"

#include <string>

namespace fnstore::sqlite {
namespace {

std::int64_t checked(std::int64_t value, std::int64_t least, std::int64_t most) {
  if (value < least || value > most) fail_stored("a table holds an impossible number");
  return value;
}

}  // namespace

void fail_stored(const char* what) {
  throw Error(Errc::corrupt, std::string(what) + ": the file is damaged: restore it from a backup");
}

std::uint64_t stored_count(std::int64_t value) {
  return static_cast<std::uint64_t>(checked(value, 0, INT64_MAX));
}

std::uint32_t stored_number(std::int64_t value) {
  return static_cast<std::uint32_t>(checked(value, 0, UINT32_MAX));
}

std::int64_t stored_time(std::int64_t milliseconds) {
  return checked(milliseconds, earliest_timestamp.time_since_epoch().count(),
                 latest_timestamp.time_since_epoch().count());
}

Status stored_status(std::int64_t value) {
  return static_cast<Status>(checked(value, 0, status_count - 1));
}

CallType stored_type(std::int64_t value) {
  return static_cast<CallType>(checked(value, 0, call_type_count - 1));
}

codec::IdText stored_id(std::string_view bytes) {
  try {
    validate_id(bytes, "id");
  } catch (const Error&) {
    fail_stored("a row of call_rows holds an impossible id");
  }
  return {bytes};
}

}  // namespace fnstore::sqlite
