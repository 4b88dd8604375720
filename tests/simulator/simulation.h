#pragma once

#include "plan.h"

#include <cstdint>
#include <stdexcept>
#include <string>

/// A promise of the store was broken in a life of a plan.
class Violation : public std::runtime_error {
 public:
  Violation(std::size_t life, const std::string& what) : std::runtime_error(what), life_(life) {}
  std::size_t life() const { return life_; }

 private:
  std::size_t life_;
};

struct Tally {
  std::uint64_t lives = 0;
  std::uint64_t cuts = 0;  ///< power cuts
  std::uint64_t deaths = 0;
  std::uint64_t clean_ends = 0;
  std::uint64_t buffered = 0;      ///< lives with buffered writes
  std::uint64_t restores = 0;      ///< lives that restored an earlier state
  std::uint64_t new_states = 0;    ///< of these, where the restored one was there afterwards
  std::uint64_t failures = 0;      ///< single steps that failed
  std::uint64_t acknowledged = 0;  ///< writes
  std::uint64_t checked = 0;       ///< calls compared
};

/// Lets a store live through a plan in a new folder, and compares after each life what it holds
/// with what it had acknowledged. Throws Violation; adds to the tally.
void simulate(const Plan& plan, Tally& tally);
