#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace fnstore {

/// A share of processors in thousandths of one. 0 means unlimited.
struct MilliCpus {
  std::int32_t value = 0;  ///< 0 .. limits::max_milli_cpus

  friend bool operator==(const MilliCpus&, const MilliCpus&) = default;
};

/// Reads "100m" or a decimal number of processors such as "0.1", exactly; the empty text is 0.
/// Throws `invalid` for a sign, an exponent, anything finer than 1m or beyond 1024000m.
MilliCpus parse_milli_cpus(std::string_view text);

/// "100m".
std::string format_milli_cpus(MilliCpus cpus);

}  // namespace fnstore
