#include "fnstore/error.h"

#include "codec/block.h"
#include "codec/block_layout.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <string>
#include <vector>

using namespace fnstore;
using namespace fnstore::codec;

namespace {

/// Two bytes with the size of the texts, two with that of the stats, then both, then the columns.
class Input {
 public:
  Input(const std::uint8_t* data, std::size_t size)
      : rest_(reinterpret_cast<const char*>(data), size) {}

  std::size_t number() {
    const std::string bytes = take(2);
    std::size_t value = 0;
    for (const char byte : bytes) value = value << 8 | static_cast<unsigned char>(byte);
    return value;
  }
  std::string take(std::size_t size) {
    const std::string taken = rest_.substr(0, size);
    rest_.erase(0, size);
    return taken;
  }
  std::string take_rest() { return take(rest_.size()); }

 private:
  std::string rest_;
};

/// Makes the checksums of the parts fit, where the columns have room for them.
void fit_checksums(std::string& columns, const std::string& texts, const std::string& stats) {
  std::size_t at = 2;
  while (at < columns.size() && (static_cast<unsigned char>(columns[at]) & 0x80U) != 0) ++at;
  ++at;
  if (at >= columns.size()) return;
  const auto parts = static_cast<unsigned char>(columns[at++]);
  const std::array<const std::string*, 2> each{&texts, &stats};
  for (unsigned i = 0; i < each.size(); ++i) {
    if ((parts >> i & 1U) == 0 || at + 8 > columns.size()) continue;
    const std::uint64_t checksum = layout::checksum(*each[i]);
    std::memcpy(columns.data() + at, &checksum, 8);
    at += 8;
  }
}

std::vector<CallEntry> read_all(BlockReader& block, const std::string& texts,
                                const std::string& stats) {
  std::vector<ListedCall> listed(block.size());
  block.read_listed(0, listed);
  block.summary();
  block.supply_texts(block.needs_texts() ? texts : std::string());
  block.supply_stats(block.needs_stats() ? stats : std::string());
  block.errors_containing("e");
  std::vector<CallEntry> calls;
  for (std::size_t i = 0; i < block.size(); ++i) calls.push_back(block.entry(i));
  return calls;
}

/// Whether a store could have these calls in one block.
bool is_legal(const std::vector<CallEntry>& calls) {
  constexpr std::uint64_t numbers = std::uint64_t{1} << 62;
  const auto sound = [](const CallEntry& call) {
    return !call.id.empty() && call.detail_no < numbers && call.log_no < numbers;
  };
  const auto rising = [](const CallEntry& a, const CallEntry& b) { return a.id >= b.id; };
  return std::all_of(calls.begin(), calls.end(), sound) &&
         std::adjacent_find(calls.begin(), calls.end(), rising) == calls.end();
}

void check_round_trip(const std::vector<CallEntry>& calls) {
  std::vector<const CallEntry*> pointers;
  for (const CallEntry& call : calls) pointers.push_back(&call);
  const EncodedBlock made = encode_block(pointers);
  BlockReader block(made.columns, made.checksum);
  if (block.summary() != made.summary) std::abort();
  if (read_all(block, made.texts, made.stats) != calls) std::abort();
  for (std::size_t i = 0; i < calls.size(); ++i) {
    if (block.lower_bound(calls[i].id.view()) != i) std::abort();
  }
}

}  // namespace

// Whatever the reader takes for calls, the encoder writes, and they come back the same.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Input input(data, size);
  const std::size_t texts_size = input.number();
  const std::size_t stats_size = input.number();
  const std::string texts = input.take(texts_size);
  const std::string stats = input.take(stats_size);
  std::string columns = input.take_rest();
  fit_checksums(columns, texts, stats);
  std::vector<CallEntry> calls;
  try {
    BlockReader block(columns, layout::checksum(columns));
    block.lower_bound("01D7N");
    calls = read_all(block, texts, stats);
  } catch (const Error& error) {
    if (error.code() != Errc::corrupt) std::abort();
    return 0;
  }
  if (is_legal(calls)) check_round_trip(calls);
  return 0;
}
