#pragma once

#include <chrono>
#include <cstdint>
#include <string>

namespace fnstore::bench {

/// A line on stderr that counts up, ten times a second at most; nothing where stderr is not a
/// terminal. The line goes away with the object.
class Progress {
 public:
  Progress(std::string what, std::uint64_t total);
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  void add(std::uint64_t done);

 private:
  std::string what_;
  std::uint64_t total_;
  std::uint64_t done_ = 0;
  bool on_terminal_;
  std::chrono::steady_clock::time_point next_{};
};

}  // namespace fnstore::bench
