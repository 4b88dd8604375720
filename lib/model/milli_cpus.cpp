#include "fnstore/milli_cpus.h"

#include "fnstore/error.h"
#include "fnstore/limits.h"

#include "model/quote.h"

#include <algorithm>
#include <cstddef>
#include <fmt/format.h>

namespace fnstore {
namespace {

constexpr std::size_t decimals = 3;  // of a processor

[[noreturn]] void refuse(std::string_view text, std::string_view why) {
  throw Error(Errc::invalid,
              fmt::format("cpus {} {}; write it as \"100m\" or \"0.1\"", quote(text), why));
}

bool all_digits(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

// The value of digits, or anything above the limit when they say more than the limit.
std::int64_t digits_value(std::string_view digits) {
  std::int64_t value = 0;
  for (const char c : digits) {
    value = std::min<std::int64_t>(value * 10 + (c - '0'), limits::max_milli_cpus + 1);
  }
  return value;
}

std::int64_t processors_value(std::string_view text) {
  const std::size_t point = text.find('.');
  const std::string_view whole = text.substr(0, point);
  std::string_view fraction =
      point == std::string_view::npos ? std::string_view{} : text.substr(point + 1);
  if (!all_digits(whole) || !all_digits(fraction) || whole.size() + fraction.size() == 0) {
    refuse(text, "is not a number of processors");
  }
  while (!fraction.empty() && fraction.back() == '0') fraction.remove_suffix(1);
  if (fraction.size() > decimals) refuse(text, "is finer than a thousandth of a processor");
  std::int64_t thousandths = digits_value(fraction);
  for (std::size_t i = fraction.size(); i < decimals; ++i) thousandths *= 10;
  return digits_value(whole) * 1000 + thousandths;
}

}  // namespace

MilliCpus parse_milli_cpus(std::string_view text) {
  if (text.empty()) return {};
  std::int64_t value = 0;
  if (text.back() == 'm') {
    const std::string_view digits = text.substr(0, text.size() - 1);
    if (digits.empty() || !all_digits(digits)) {
      refuse(text, "is not a whole number of thousandths of a processor");
    }
    value = digits_value(digits);
  } else {
    value = processors_value(text);
  }
  if (value > limits::max_milli_cpus) {
    refuse(text, fmt::format("is above the limit of {}m", limits::max_milli_cpus));
  }
  return {static_cast<std::int32_t>(value)};
}

std::string format_milli_cpus(MilliCpus cpus) {
  return fmt::format("{}m", cpus.value);
}

}  // namespace fnstore
