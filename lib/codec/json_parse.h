#pragma once

#include "fnstore/error.h"

#include <boost/json/basic_parser_impl.hpp>
#include <cstddef>
#include <cstdint>
#include <fmt/format.h>
#include <string>
#include <string_view>

namespace fnstore {

/// Hands what boost::json::basic_parser reads to a sink, in document order:
///   begin('{' or '['), end('}' or ']'), key(text), string(text), and literal(text) for a number,
///   digit for digit, or one of true, false and null.
/// Texts are whole, without their escapes, and live only during the call. A sink may throw Error.
template <typename Sink>
class JsonEvents {
 public:
  using error_code = boost::json::error_code;
  using part = boost::json::string_view;

  static constexpr std::size_t max_object_size = std::size_t(-1);
  static constexpr std::size_t max_array_size = std::size_t(-1);
  static constexpr std::size_t max_key_size = std::size_t(-1);
  static constexpr std::size_t max_string_size = std::size_t(-1);

  explicit JsonEvents(Sink& sink) : sink_(sink) {}

  bool on_document_begin(error_code&) { return true; }
  bool on_document_end(error_code&) { return true; }
  bool on_object_begin(error_code&) { return sink_.begin('{'), true; }
  bool on_object_end(std::size_t, error_code&) { return sink_.end('}'), true; }
  bool on_array_begin(error_code&) { return sink_.begin('['), true; }
  bool on_array_end(std::size_t, error_code&) { return sink_.end(']'), true; }
  bool on_key_part(part text, std::size_t, error_code&) { return gather(text); }
  bool on_key(part text, std::size_t, error_code&) { return sink_.key(whole(text)), true; }
  bool on_string_part(part text, std::size_t, error_code&) { return gather(text); }
  bool on_string(part text, std::size_t, error_code&) { return sink_.string(whole(text)), true; }
  bool on_number_part(part text, error_code&) { return gather(text); }
  bool on_int64(std::int64_t, part text, error_code&) { return number(text); }
  bool on_uint64(std::uint64_t, part text, error_code&) { return number(text); }
  bool on_double(double, part text, error_code&) { return number(text); }
  bool on_bool(bool value, error_code&) { return sink_.literal(value ? "true" : "false"), true; }
  bool on_null(error_code&) { return sink_.literal("null"), true; }
  bool on_comment_part(part, error_code&) { return true; }
  bool on_comment(part, error_code&) { return true; }

 private:
  bool number(part text) { return sink_.literal(whole(text)), true; }
  bool gather(part text) { return gathered_.append(text.data(), text.size()), true; }

  std::string_view whole(part last) {
    if (gathered_.empty()) return last;
    gather(last);
    whole_.swap(gathered_);
    gathered_.clear();
    return whole_;
  }

  Sink& sink_;
  std::string gathered_;
  std::string whole_;
};

/// Reads one JSON document with nothing but white space around it into the sink. Throws `invalid`
/// that calls the text `what` when it is not JSON, naming the byte, or nests too deep.
template <typename Sink>
void parse_json(std::string_view text, std::string_view what, std::size_t max_depth, Sink& sink) {
  boost::json::parse_options options;
  options.max_depth = max_depth;
  boost::json::basic_parser<JsonEvents<Sink>> parser(options, sink);
  boost::json::error_code failure;
  const std::size_t used = parser.write_some(false, text.data(), text.size(), failure);
  if (failure == boost::json::error::too_deep) {
    throw Error(Errc::invalid, fmt::format("{} nests deeper than {} levels", what, max_depth));
  }
  if (failure) {
    const std::string place = used < text.size()
                                  ? fmt::format("byte {} of {}", used + 1, text.size())
                                  : fmt::format("its end, after {} bytes", text.size());
    throw Error(Errc::invalid,
                fmt::format("{} is not JSON: {} at {}", what, failure.message(), place));
  }
  const std::size_t rest = text.find_first_not_of(" \t\r\n", used);
  if (rest != std::string_view::npos) {
    throw Error(Errc::invalid, fmt::format("{} goes on after its end, at byte {} of {}", what,
                                           rest + 1, text.size()));
  }
}

}  // namespace fnstore
