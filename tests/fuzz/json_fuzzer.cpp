#include "fnstore/error.h"
#include "fnstore/json.h"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

using namespace fnstore;

// Whatever the reader takes, the writer writes, and both sides of that are the same.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  try {
    const CallRecord record = record_from_json(text);
    const CallRecord again = record_from_json(to_json(record));
    if (again.call != record.call || again.log != record.log) std::abort();
  } catch (const Error& error) {
    if (error.code() != Errc::invalid || !is_valid_utf8(error.what())) std::abort();
  }
  try {
    const Stats stats = stats_from_json(text);
    if (stats_from_json(to_json(stats)) != stats) std::abort();
  } catch (const Error& error) {
    if (error.code() != Errc::invalid || !is_valid_utf8(error.what())) std::abort();
  }
  return 0;
}
