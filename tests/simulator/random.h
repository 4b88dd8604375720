#pragma once

#include <cstddef>
#include <cstdint>
#include <random>

/// Random numbers from one seed.
class Random {
 public:
  explicit Random(std::uint64_t seed) : engine_(seed * 0x9e37'79b9'7f4a'7c15U + 1) {}

  std::uint64_t next() { return engine_(); }
  std::uint64_t below(std::uint64_t limit) { return engine_() % limit; }
  /// From 1 to 2^most, small numbers as often as large ones by their order.
  std::uint64_t spread(std::uint64_t most) {
    return 1 + below(std::uint64_t{1} << (1 + below(most)));
  }
  bool chance(std::uint64_t permille) { return below(1'000) < permille; }

 private:
  std::mt19937_64 engine_;
};
