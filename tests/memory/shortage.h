#pragma once

#include "fnstore/fnstore.h"

#include "contents.h"

#include <cstdint>
#include <functional>
#include <string>

/// One attempt at an operation for which memory runs short at some allocation, in a new folder.
class Shortage {
 public:
  Shortage(std::uint64_t first, std::uint64_t length);
  ~Shortage();
  Shortage(const Shortage&) = delete;
  Shortage& operator=(const Shortage&) = delete;

  std::string path(const std::string& name = "history.db") const { return folder_ + "/" + name; }

  /// Does it while memory runs short. False: it was refused for that reason, as an `io` error that
  /// says so or as std::bad_alloc; anything else fails the test.
  bool during(const std::function<void()>& work);

  /// Whether any allocation failed.
  bool happened() const { return happened_; }

  /// Opens the file and looks whether it verifies and what it holds.
  Contents reopened(const std::string& name = "history.db") const;

  void check_no_drafts() const;

 private:
  std::string folder_;
  std::uint64_t first_;
  std::uint64_t length_;
  bool happened_ = false;
};

/// Runs `body` with the first allocation failing, a later one, ..., until none fails any more: one
/// alone, and some in a row. Prints how many trials that were. With FNSTORE_EVERY_STEP=1 each
/// allocation has its turn, else one in `stride`.
void every_shortage(const char* operation, std::uint64_t stride,
                    const std::function<void(Shortage&)>& body);
