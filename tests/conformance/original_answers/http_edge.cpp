#include "original_answers/http_edge.h"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <fmt/format.h>
#include <optional>

using namespace fnstore;

namespace original {
namespace {

std::string decoded(std::string_view text) {
  std::string plain;
  for (std::size_t i = 0; i < text.size(); ++i) {
    unsigned char byte = 0;
    if (text[i] == '%' && i + 3 <= text.size() &&
        std::from_chars(&text[i] + 1, &text[i] + 3, byte, 16).ec == std::errc()) {
      plain.push_back(static_cast<char>(byte));
      i += 2;
    } else {
      plain.push_back(text[i] == '+' ? ' ' : text[i]);
    }
  }
  return plain;
}

std::size_t page_size(const std::string& text) {
  const bool digits = !text.empty() && text.find_first_not_of("0123456789") == std::string::npos;
  if (!digits) return 30;
  std::size_t number = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
  if (read.ec == std::errc::result_out_of_range) return 100;
  return number == 0 ? 30 : std::min<std::size_t>(number, 100);
}

std::optional<Timestamp> epoch_time(const char* field, const std::string& text) {
  if (text.empty()) return std::nullopt;
  std::int64_t seconds = 0;
  const char* const end = text.data() + text.size();
  const auto read = std::from_chars(text.data(), end, seconds);
  if (read.ec != std::errc() || read.ptr != end) {
    throw Error(Errc::invalid, fmt::format("{} is not an epoch time", field));
  }
  constexpr std::int64_t most = std::numeric_limits<std::int64_t>::max() / 1'000;
  return Timestamp(std::chrono::seconds(std::clamp(seconds, -most, most)));
}

}  // namespace

CallFilter filter_from_query(const std::string& fn_id, std::string_view query) {
  CallFilter filter{.fn_id = fn_id, .per_page = 30};
  while (!query.empty()) {
    const std::string_view pair = query.substr(0, query.find('&'));
    query.remove_prefix(std::min(pair.size() + 1, query.size()));
    const std::size_t equals = std::min(pair.find('='), pair.size());
    const std::string_view name = pair.substr(0, equals);
    const std::string value = decoded(pair.substr(std::min(equals + 1, pair.size())));
    if (name == "per_page") filter.per_page = page_size(value);
    if (name == "cursor") filter.cursor = value;
    if (name == "from_time") filter.from_time = epoch_time("from_time", value);
    if (name == "to_time") filter.to_time = epoch_time("to_time", value);
  }
  return filter;
}

}  // namespace original
