#pragma once

#include "fnstore/store.h"

#include <cstddef>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

/// What the children's events say, checked as they are read. Throws std::runtime_error where they
/// contradict what the queue promises.
class EventCheck {
 public:
  /// Reads what was appended since the last time.
  void read(const std::string& path);

  /// Every acknowledged submission is in the store once, and what was finished is finished.
  void compare(const fnstore::Store& store) const;

  std::size_t submitted() const { return calls_.size(); }
  std::size_t finished() const { return finished_; }
  std::size_t refused() const { return refused_; }
  std::size_t repeated() const { return repeated_; }

 private:
  struct Known {
    bool acknowledged = false;
    std::uint64_t lane = 0;
    std::uint64_t number = 0;
    int priority = 0;
    int attempts = 0;  // the greatest that was claimed
    int finished_attempt = 0;
    std::size_t effects = 0;
  };
  void take(const std::string& line);
  void claimed(const std::string& id, const std::string& worker, int attempt);
  void check_order();

  std::streamoff read_to_ = 0;
  std::map<std::string, Known> calls_;
  std::set<std::pair<std::string, int>> claims_;
  /// First attempts in the order in which a worker got them.
  std::map<std::string, std::vector<std::string>> first_claims_;
  std::size_t finished_ = 0;
  std::size_t refused_ = 0;
  std::size_t repeated_ = 0;
};
