#pragma once

#include "fnstore/stats.h"

#include "codec/call_entry.h"

#include <cstddef>
#include <cstdint>
#include <random>
#include <string>
#include <vector>

/// Draws from one seed; the same seed draws the same.
class Draw {
 public:
  explicit Draw(std::uint64_t seed) : random_(seed) {}

  std::uint64_t any() { return random_(); }
  std::uint64_t below(std::uint64_t n) { return random_() % n; }
  bool one_in(std::uint64_t n) { return below(n) == 0; }
  /// Small numbers as often as large ones.
  std::uint64_t any_width() { return random_() >> below(64); }
  std::string bytes(std::size_t size);
  std::string word();

 private:
  std::mt19937_64 random_;
};

/// How the ids of a block look.
enum class Ids {
  one_machine,
  many_machines,  // each call perhaps of another
  any_bits,       // of all 128
  wrapping,       // counters that go over their greatest number
  same_time,      // thousands in one millisecond
  foreign,        // texts with long common beginnings
  mixed,          // generated and foreign ones
};
inline constexpr int id_kinds = 7;

/// `count` different ids, rising bytewise.
std::vector<std::string> random_ids(Draw& draw, Ids kind, std::size_t count);

/// Finished calls under these ids. `wild` fills every field with what is furthest from usual.
std::vector<fnstore::codec::CallEntry> random_calls(Draw& draw, const std::vector<std::string>& ids,
                                                    bool wild);

std::vector<const fnstore::codec::CallEntry*> pointers(
    const std::vector<fnstore::codec::CallEntry>& calls);

/// In time order; within every limit.
fnstore::Stats random_stats(Draw& draw, std::size_t most_samples);

/// One that a store would use: its seeds are printed with what fails. FNSTORE_SEED, when set, is
/// the first; else the same seeds are used every time.
std::uint64_t first_seed();
