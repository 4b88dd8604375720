#pragma once

#include <cstdint>

namespace fnstore::bench {

/// Spreads a 64-bit number over all 64 bits (SplitMix64's finaliser).
constexpr std::uint64_t mix_bits(std::uint64_t value) noexcept {
  value += 0x9E3779B97F4A7C15U;
  value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9U;
  value = (value ^ (value >> 27)) * 0x94D049BB133111EBU;
  return value ^ (value >> 31);
}

/// SplitMix64. Written out, because the standard distributions may differ between libraries and a
/// seed must give the same calls everywhere.
class Random {
 public:
  explicit constexpr Random(std::uint64_t seed, std::uint64_t stream = 0) noexcept
      : state_(mix_bits(seed) ^ mix_bits(~stream)) {}

  constexpr std::uint64_t bits() noexcept {
    const std::uint64_t value = mix_bits(state_);
    state_ += 0x9E3779B97F4A7C15U;
    return value;
  }

  /// Uniform in [0, 1).
  constexpr double unit() noexcept { return static_cast<double>(bits() >> 11) * 0x1.0p-53; }

  /// Uniform in [0, limit); limit must not be 0 and should be far below 2^64 (no rejection step).
  constexpr std::uint64_t below(std::uint64_t limit) noexcept { return bits() % limit; }

 private:
  std::uint64_t state_;
};

}  // namespace fnstore::bench
