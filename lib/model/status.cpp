#include "fnstore/status.h"

#include "fnstore/error.h"

#include "model/quote.h"

#include <array>
#include <cstddef>
#include <fmt/format.h>

namespace fnstore {
namespace {

constexpr std::array<std::string_view, status_count> status_words{"delayed", "queued", "running",
                                                                  "success", "error",  "cancelled"};
constexpr std::array<std::string_view, call_type_count> type_words{"", "sync", "async", "detached"};

constexpr std::uint8_t bit(Status status) {
  return static_cast<std::uint8_t>(1U << int(status));
}

// Indexed by the state a call is in: the states it may go to.
constexpr std::array<std::uint8_t, status_count> next_states{
    bit(Status::queued) | bit(Status::running) | bit(Status::cancelled),
    bit(Status::running) | bit(Status::cancelled),
    bit(Status::success) | bit(Status::error) | bit(Status::cancelled) | bit(Status::queued),
    0,
    0,
    0,
};

}  // namespace

std::string_view to_string(Status status) noexcept {
  const auto index = static_cast<std::size_t>(status);
  return index < status_words.size() ? status_words[index] : "unknown";
}

std::string_view to_string(CallType type) noexcept {
  const auto index = static_cast<std::size_t>(type);
  return index < type_words.size() ? type_words[index] : "unknown";
}

Status parse_status(std::string_view text) {
  for (std::size_t i = 0; i < status_words.size(); ++i) {
    if (status_words[i] == text) return static_cast<Status>(i);
  }
  throw Error(Errc::invalid,
              fmt::format("status {} is not one of delayed, queued, running, success, error, "
                          "cancelled",
                          quote(text)));
}

CallType parse_call_type(std::string_view text) {
  for (std::size_t i = 0; i < type_words.size(); ++i) {
    if (type_words[i] == text) return static_cast<CallType>(i);
  }
  throw Error(Errc::invalid,
              fmt::format("type {} is not one of sync, async, detached, or empty", quote(text)));
}

bool is_legal_transition(Status from, Status to) noexcept {
  const auto index = static_cast<std::size_t>(from);
  const auto target = static_cast<std::size_t>(to);
  return index < next_states.size() && target < next_states.size() &&
         (next_states[index] >> target & 1U) != 0;
}

}  // namespace fnstore
