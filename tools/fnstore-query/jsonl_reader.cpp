#include "fnstore/json.h"
#include "fnstore/limits.h"

#include "json_line_budget.h"
#include "record_reader.h"

#include <fmt/format.h>

namespace fnstore::query {
namespace {

constexpr std::string_view blanks = " \t\r\n";

class JsonlReader : public RecordReader {
 public:
  explicit JsonlReader(BytePieces& pieces) : pieces_(pieces) {}

  std::optional<InputRecord> next() override {
    while (const auto line = next_line()) {
      if (line->find_first_not_of(blanks) == std::string_view::npos) continue;
      return parse(*line);
    }
    return std::nullopt;
  }

 private:
  /// The whole next line. Puts one together only when it does not lie in one piece.
  std::optional<std::string_view> next_line() {
    const auto first = pieces_.next();
    if (!first) return std::nullopt;
    number_ = first->line;
    refuse_nul(*first);
    if (first->ends_line) return without_end(first->bytes);
    const std::size_t start = first->bytes.find_first_not_of(blanks);
    if (start != std::string_view::npos && first->bytes[start] != '{') refuse_start();
    line_ = first->bytes;
    JsonLineBudget budget;
    bool counted = false;
    while (const auto more = pieces_.next()) {
      refuse_nul(*more);
      line_ += more->bytes;
      if (line_.size() > limits::json_line_bytes) {
        // Only long lines pay for being counted, the first part of them late.
        if (!budget.take(counted ? more->bytes : std::string_view{line_})) refuse_length();
        counted = true;
      }
      if (more->ends_line) break;
    }
    return without_end(line_);
  }

  static std::string_view without_end(std::string_view line) {
    if (line.ends_with('\n')) line.remove_suffix(1);
    if (line.ends_with('\r')) line.remove_suffix(1);
    return line;
  }

  InputRecord parse(std::string_view line) const {
    if (!is_valid_utf8(line)) throw LineError(number_, "is not valid UTF-8");
    try {
      return {record_from_json(line), number_, line.size()};
    } catch (const Error& error) {
      throw LineError(number_, error.what(), error.code());
    }
  }

  [[noreturn]] void refuse_start() const {
    throw LineError(number_, "is not a JSON object; give one call a line, starting with {");
  }

  [[noreturn]] void refuse_length() const {
    throw LineError(number_,
                    fmt::format("is too long: more than {} MiB of JSON without payload and log, or "
                                "more than {} MiB of either",
                                limits::json_line_bytes >> 20, limits::payload_bytes >> 20));
  }

  BytePieces& pieces_;
  std::string line_;
  std::uint64_t number_ = 0;
};

}  // namespace

std::unique_ptr<RecordReader> open_jsonl(BytePieces& pieces) {
  return std::make_unique<JsonlReader>(pieces);
}

}  // namespace fnstore::query
