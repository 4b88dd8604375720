#include "fnstore/statistics.h"

#include "model/error_reason.h"

#include <algorithm>
#include <array>
#include <numeric>

namespace fnstore {
namespace {

constexpr std::array<std::string_view, 6> model_reasons{"timeout",        "killed", "bad_exit",
                                                        "client_request", "lost",   "not_placed"};

}  // namespace

std::uint64_t CallSummary::calls() const noexcept {
  return std::accumulate(by_status.begin(), by_status.end(), std::uint64_t{0});
}

double CallSummary::error_rate() const noexcept {
  const std::uint64_t ended =
      count(Status::success) + count(Status::error) + count(Status::cancelled);
  return ended == 0 ? 0 : static_cast<double>(count(Status::error)) / static_cast<double>(ended);
}

std::string_view error_reason(std::string_view error) noexcept {
  const std::string_view word = error.substr(0, error.find(':'));
  if (std::ranges::find(model_reasons, word) != model_reasons.end()) return word;
  return error.substr(0, error.find('\n'));
}

}  // namespace fnstore
