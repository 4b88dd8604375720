#include "sql_value.h"

#include "fnstore/json.h"

#include "csv_text.h"
#include "harmless.h"

#include <algorithm>
#include <boost/json.hpp>
#include <cmath>
#include <fmt/format.h>
#include <set>

namespace fnstore::query {
namespace {

template <typename... Cases>
struct Overloaded : Cases... {
  using Cases::operator()...;
};
template <typename... Cases>
Overloaded(Cases...) -> Overloaded<Cases...>;

/// So many bytes of a BLOB are more than any table has room for.
constexpr std::size_t most_shown_bytes = 256;

/// The shortest text that reads as the same number, never that of an integer. Infinity is a number
/// too large to be any other.
std::string real_text(double number) {
  if (std::isinf(number)) return number > 0 ? "1e999" : "-1e999";
  std::string text = fmt::format("{}", number);
  if (text.find_first_of(".e") == std::string::npos) text += ".0";
  return text;
}

std::string blob_text(std::string_view bytes) {
  std::string text = "x'";
  for (const char byte : bytes.substr(0, most_shown_bytes)) {
    text += fmt::format("{:02x}", static_cast<unsigned char>(byte));
  }
  return text += "'";
}

std::string quoted_base64(std::string_view bytes) {
  return '"' + encode_base64(bytes) + '"';
}

bool can_be_csv(std::string_view text) {
  return text.find('\0') == std::string_view::npos && is_valid_utf8(text);
}

}  // namespace

std::string sql_value_to_json(const SqlValue& value) {
  return std::visit(
      Overloaded{
          [](std::monostate) { return std::string("null"); },
          [](std::int64_t number) { return fmt::format("{}", number); },
          [](double number) { return real_text(number); },
          [](std::string_view text) {
            return is_valid_utf8(text)
                       ? boost::json::serialize(boost::json::string_view(text.data(), text.size()))
                       : quoted_base64(text);
          },
          [](SqlBlob blob) { return quoted_base64(blob.bytes); },
      },
      value);
}

void append_sql_csv(std::string& out, const SqlValue& value) {
  std::visit(Overloaded{
                 [](std::monostate) {},
                 [&](std::int64_t number) { out += fmt::format("{}", number); },
                 [&](double number) { out += real_text(number); },
                 [&](std::string_view text) {
                   if (text.empty()) {
                     out += "\"\"";
                   } else if (can_be_csv(text)) {
                     append_csv_field(out, text);
                   } else {
                     out += encode_base64(text);
                   }
                 },
                 [&](SqlBlob blob) { out += encode_base64(blob.bytes); },
             },
             value);
}

std::string sql_value_to_cell(const SqlValue& value, bool ascii_only) {
  return std::visit(Overloaded{
                        [](std::monostate) { return std::string(); },
                        [](std::int64_t number) { return fmt::format("{}", number); },
                        [](double number) { return real_text(number); },
                        [&](std::string_view text) { return harmless_line(text, ascii_only); },
                        [](SqlBlob blob) { return blob_text(blob.bytes); },
                    },
                    value);
}

bool is_number(const SqlValue& value) {
  return std::holds_alternative<std::int64_t>(value) || std::holds_alternative<double>(value);
}

std::vector<std::string> distinct_names(std::span<const std::string> names) {
  std::set<std::string> taken(names.begin(), names.end());
  std::set<std::string> used;
  std::vector<std::string> distinct;
  for (const std::string& name : names) {
    std::string key = name;
    for (int number = 2; used.count(key) != 0 || (key != name && taken.count(key) != 0); ++number) {
      key = fmt::format("{}_{}", name, number);
    }
    used.insert(key);
    distinct.push_back(std::move(key));
  }
  return distinct;
}

}  // namespace fnstore::query
