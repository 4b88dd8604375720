#pragma once

#include "fnstore/fnstore.h"

#include "oracle.h"

#include <cstdint>
#include <random>
#include <string>
#include <vector>

/// Random calls, steps and filters, all from one seed. Few functions, apps and times, so that equal
/// values, neighbours and duplicates are common; ids of every kind mixed.
class Generator {
 public:
  explicit Generator(std::uint64_t seed) : random_(seed) {}

  std::uint64_t below(std::uint64_t limit) { return random_() % limit; }
  bool chance(std::uint64_t percent) { return below(100) < percent; }

  std::string function();
  std::string id();
  std::string bytes(std::size_t most);
  fnstore::Timestamp time();
  fnstore::CallRecord record(const std::string& fn_id, bool finished);
  std::vector<fnstore::CallRecord> batch(std::size_t size, bool finished, bool one_function);
  fnstore::Transition step();
  fnstore::CallFilter filter();
  fnstore::PruneRequest prune();

  /// The key of a call that exists, or now and then one that does not.
  Oracle::Key key(const Oracle& oracle);

 private:
  void add_stats(fnstore::Call& call);
  void add_request(fnstore::Call& call);

  std::mt19937_64 random_;
  std::uint64_t clock_ = 1'554'422'400'000;
  std::uint32_t counter_ = 0;
};
