#include "params.h"

#include <boost/json.hpp>
#include <fmt/format.h>

namespace fnstore::bench {

Params& Params::number(std::string_view name, std::uint64_t value) {
  return add(name, std::to_string(value));
}

Params& Params::real(std::string_view name, double value) {
  return add(name, fmt::format("{:g}", value));
}

Params& Params::text(std::string_view name, std::string_view value) {
  return add(name, quoted(value));
}

Params& Params::flag(std::string_view name, bool value) {
  return add(name, value ? "true" : "false");
}

Params Params::operator+(const Params& others) const {
  Params sum = *this;
  if (!sum.members_.empty() && !others.members_.empty()) sum.members_ += ',';
  sum.members_ += others.members_;
  return sum;
}

std::string Params::json() const {
  return "{" + members_ + "}";
}

Params& Params::add(std::string_view name, std::string_view json_value) {
  if (!members_.empty()) members_ += ',';
  members_ += quoted(name);
  members_ += ':';
  members_ += json_value;
  return *this;
}

std::string quoted(std::string_view text) {
  return boost::json::serialize(boost::json::string_view(text.data(), text.size()));
}

}  // namespace fnstore::bench
