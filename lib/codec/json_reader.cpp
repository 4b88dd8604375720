#include "fnstore/error.h"
#include "fnstore/json.h"
#include "fnstore/limits.h"

#include "codec/json_call_reader.h"
#include "codec/json_parse.h"
#include "model/validation.h"

#include <algorithm>
#include <array>
#include <fmt/format.h>

namespace fnstore {
namespace {

constexpr std::array<std::string_view, 4> uncounted_fields{"payload", "payload_base64", "log",
                                                           "log_base64"};

// The size of a line as limits::json_line_bytes counts it. Knows just enough JSON for that: on text
// that is not JSON the number means nothing, and the parser refuses it.
class LineSize {
 public:
  static std::size_t of(std::string_view line) {
    LineSize size(line);
    while (size.at_ < line.size()) size.step();
    return size.counted_;
  }

 private:
  explicit LineSize(std::string_view line) : line_(line) {}

  void step() {
    const char c = line_[at_];
    if (c == '"') return step_over_string();
    if (c == '{' || c == '[') ++depth_;
    if (c == '}' || c == ']') --depth_;
    if (c == ',') before_uncounted_ = false;
    ++at_;
    ++counted_;
  }

  void step_over_string() {
    const std::size_t start = ++at_;
    std::size_t characters = 2;
    while (at_ < line_.size() && line_[at_] != '"') {
      std::size_t length = 1;
      if (line_[at_] == '\\') length = line_.substr(at_ + 1, 1) == "u" ? 6 : 2;
      at_ += length;
      ++characters;
    }
    at_ = std::min(at_, line_.size());
    const std::string_view text = line_.substr(start, at_ - start);
    if (at_ < line_.size()) ++at_;
    if (depth_ == 1 && before_uncounted_) return;
    counted_ += characters;
    before_uncounted_ = depth_ == 1 && std::find(uncounted_fields.begin(), uncounted_fields.end(),
                                                 text) != uncounted_fields.end();
  }

  std::string_view line_;
  std::size_t at_ = 0;
  std::size_t counted_ = 0;
  std::size_t depth_ = 0;
  bool before_uncounted_ = false;  // a value that is not counted follows
};

void require_line_size(std::string_view line) {
  if (line.size() <= limits::json_line_bytes) return;
  if (line.size() > limits::json_whole_line_bytes) {
    throw Error(Errc::invalid, fmt::format("the line has {} bytes; the limit is {}", line.size(),
                                           limits::json_whole_line_bytes));
  }
  const std::size_t counted = LineSize::of(line);
  if (counted > limits::json_line_bytes) {
    throw Error(Errc::invalid,
                fmt::format("the line has {} bytes beside payload and log; the limit is {}",
                            counted, limits::json_line_bytes));
  }
}

void require_one_of(const CallJsonReader& reader, std::string_view text, std::string_view base64) {
  if (reader.has(text) && reader.has(base64)) {
    throw Error(Errc::invalid,
                fmt::format("{} and {} exclude each other; give only one of them", text, base64));
  }
}

}  // namespace

CallRecord record_from_json(std::string_view text) {
  require_line_size(text);
  CallJsonReader reader(CallJsonReader::Document::record);
  parse_json(text, "the line", limits::json_depth, reader);
  require_one_of(reader, "payload", "payload_base64");
  require_one_of(reader, "log", "log_base64");
  validate(reader.record.call.key());
  if (!reader.has("status")) {
    throw Error(Errc::invalid,
                "Missing status: give one of delayed, queued, running, success, error, cancelled");
  }
  validate(reader.record);
  return std::move(reader.record);
}

Stats stats_from_json(std::string_view text) {
  if (text.size() > limits::json_line_bytes) {
    throw Error(Errc::invalid, fmt::format("stats has {} bytes; the limit is {}", text.size(),
                                           limits::json_line_bytes));
  }
  CallJsonReader reader(CallJsonReader::Document::stats);
  parse_json(text, "stats", limits::json_depth, reader);
  validate_stats(reader.record.call.stats);
  return std::move(reader.record.call.stats);
}

}  // namespace fnstore
