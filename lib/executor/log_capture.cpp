#include "executor/log_capture.h"

#include <algorithm>
#include <utility>

namespace fnstore::executor {
namespace {

/// How many bytes at the end are the beginning of a UTF-8 character that goes on, 0 to 3.
std::size_t unfinished_character(std::string_view text) {
  const std::size_t reach = std::min<std::size_t>(3, text.size());
  for (std::size_t back = 1; back <= reach; ++back) {
    const auto byte = static_cast<unsigned char>(text[text.size() - back]);
    if ((byte & 0xC0U) == 0x80U) continue;
    if (byte < 0xC2U || byte > 0xF4U) return 0;
    const std::size_t length = byte >= 0xF0U ? 4 : byte >= 0xE0U ? 3 : 2;
    return length > back ? back : 0;
  }
  return 0;
}

}  // namespace

void LogCapture::append(std::string_view bytes) {
  const std::size_t fits = left_out_ > 0 ? 0 : std::min(bytes.size(), limit_ - kept_.size());
  kept_.append(bytes.substr(0, fits));
  left_out_ += bytes.size() - fits;
}

std::string LogCapture::finish() && {
  if (left_out_ == 0) return std::move(kept_);
  const std::size_t unfinished = unfinished_character(kept_);
  kept_.erase(kept_.size() - unfinished);
  left_out_ += unfinished;
  if (!kept_.empty() && kept_.back() != '\n') kept_ += '\n';
  kept_ +=
      "[fnstore: the log was cut here, " + std::to_string(left_out_) + " bytes were left out]\n";
  return std::move(kept_);
}

}  // namespace fnstore::executor
