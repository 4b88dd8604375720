#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace fnstore::bench {

/// The parameters a figure was measured with, in the order in which they were added.
class Params {
 public:
  Params& number(std::string_view name, std::uint64_t value);
  Params& real(std::string_view name, double value);
  Params& text(std::string_view name, std::string_view value);
  Params& flag(std::string_view name, bool value);

  /// These and then the others.
  Params operator+(const Params& others) const;

  /// A JSON object.
  std::string json() const;

 private:
  Params& add(std::string_view name, std::string_view json_value);

  std::string members_;  ///< "name":value,"name":value
};

/// A text as JSON has it.
std::string quoted(std::string_view text);

}  // namespace fnstore::bench
