#include "sqlite/page_fit.h"

#include "codec/block.h"

#include <algorithm>

namespace fnstore::sqlite {
namespace {

constexpr std::size_t page_bytes = 4'096;
constexpr std::size_t page_room = page_bytes - 8;  // without its header
constexpr std::size_t row_head = 18;               // place, lengths, number and types of a row
constexpr std::size_t longest_row = 4'061;         // longer ones are spread over pages
constexpr std::size_t header_bytes = 110;          // of a block in call_blocks, with its room
constexpr std::size_t most_rows = 4;               // a page of more wastes little however they are
constexpr std::size_t fewest_calls = 128;

constexpr double aim = 0.97;    // of the room: blocks alike differ that much in size
constexpr double worth = 0.95;  // of what is taken up now

struct Cut {
  std::size_t calls = 0;
  double cost = 0;  // bytes a call
};

double cost_of(std::size_t rows, std::size_t calls) {
  return (static_cast<double>(page_bytes) / static_cast<double>(rows) + header_bytes) /
         static_cast<double>(calls);
}

Cut cut_as_it_is(std::size_t calls, std::size_t bytes) {
  return {calls, cost_of(std::max<std::size_t>(1, page_room / (bytes + row_head)), calls)};
}

Cut best_cut(std::size_t calls, std::size_t bytes) {
  Cut best = cut_as_it_is(calls, bytes);
  const double bytes_per_call = static_cast<double>(bytes) / static_cast<double>(calls);
  for (std::size_t rows = 1; rows <= most_rows; ++rows) {
    const std::size_t room = std::min(page_room / rows, longest_row) - row_head;
    const auto fitting = static_cast<std::size_t>(aim * static_cast<double>(room) / bytes_per_call);
    const std::size_t cut = std::min(fitting, codec::block_calls);
    if (cut < fewest_calls) break;
    if (const double cost = cost_of(rows, cut); cost < best.cost) best = {cut, cost};
  }
  return best;
}

}  // namespace

std::size_t calls_for_pages(std::size_t calls, std::size_t bytes) noexcept {
  // Long rows end in a page that they share.
  if (bytes + row_head > longest_row) return codec::block_calls;
  return best_cut(calls, bytes).calls;
}

bool is_worth_cutting(std::size_t calls, std::size_t bytes) noexcept {
  if (bytes + row_head > longest_row) return false;
  const Cut best = best_cut(calls, bytes);
  return best.calls < calls && best.cost < worth * cut_as_it_is(calls, bytes).cost;
}

}  // namespace fnstore::sqlite
