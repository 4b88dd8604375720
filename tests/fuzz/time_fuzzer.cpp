#include "fnstore/call_id.h"
#include "fnstore/error.h"
#include "fnstore/milli_cpus.h"
#include "fnstore/timestamp.h"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

using namespace fnstore;

// The small texts of the model: what is read is written and read again as the same.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  try {
    const Timestamp time = parse_rfc3339(text);
    if (time < earliest_timestamp || time > latest_timestamp) std::abort();
    if (parse_rfc3339(format_rfc3339(time)) != time) std::abort();
  } catch (const Error& error) {
    if (error.code() != Errc::invalid) std::abort();
  }
  try {
    const MilliCpus cpus = parse_milli_cpus(text);
    if (parse_milli_cpus(format_milli_cpus(cpus)) != cpus) std::abort();
  } catch (const Error& error) {
    if (error.code() != Errc::invalid) std::abort();
  }
  const auto id = parse_call_id(text);
  if (id && format_call_id(*id) != text) std::abort();
  return 0;
}
