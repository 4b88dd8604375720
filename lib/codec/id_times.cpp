#include "codec/id_times.h"

#include "fnstore/call_id.h"

#include "model/call_id_text.h"

#include <algorithm>
#include <limits>
#include <utility>

namespace fnstore::codec {
namespace {

constexpr std::uint64_t greatest_machine = (std::uint64_t{1} << 48) - 1;

/// The greatest id of a time.
IdText last_id_of(std::uint64_t time) {
  char text[call_id_length];
  write_call_id({time, greatest_machine, std::numeric_limits<std::uint32_t>::max()}, text);
  return IdText(std::string_view(text, call_id_length));
}

}  // namespace

IdTimes::IdTimes(std::string_view column, std::size_t calls, std::vector<std::uint64_t> sums)
    : bytes_(column), calls_(calls), sums_(std::move(sums)) {
  frames_.reserve(4);
  steps_ = PackedColumn(bytes_, 0, calls, frames_, "a block of packed calls");
}

std::optional<IdText> IdTimes::at_most(std::string_view bound) const {
  const std::string_view id = bound.substr(0, call_id_length);
  const auto parts = parse_call_id(id);
  if (!parts || bound.size() > call_id_length + 1) return std::nullopt;
  // The sum before a run is the last time of the run before.
  const auto after = std::upper_bound(sums_.begin() + 1, sums_.end(), parts->milliseconds);
  const auto number = static_cast<std::size_t>(after - sums_.begin()) - 1;
  std::uint64_t time = sums_[number];
  const std::size_t end = std::min((number + 1) * run, calls_);
  for (std::size_t i = number * run; i < end; ++i) {
    const std::uint64_t next = time + steps_.value(bytes_, frames_, i);
    if (next > parts->milliseconds) break;
    time = next;
  }
  if (time == parts->milliseconds) return IdText(bound);
  return last_id_of(time);
}

std::size_t IdTimes::memory() const noexcept {
  return sizeof(IdTimes) + bytes_.capacity() + frames_.capacity() * sizeof(PackedColumn::Frame) +
         sums_.capacity() * sizeof(std::uint64_t);
}

}  // namespace fnstore::codec
