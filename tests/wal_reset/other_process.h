#pragma once

#include "contestant.h"

#include <chrono>
#include <string>
#include <sys/types.h>

/// A contestant in a process of its own, which is told one thing at a time.
class OtherProcess {
 public:
  OtherProcess(Kind kind, const std::string& path, const std::string& name);
  ~OtherProcess();  ///< lets it end
  OtherProcess(const OtherProcess&) = delete;
  OtherProcess& operator=(const OtherProcess&) = delete;

  /// 'c' commits, 'k' checkpoints.
  void tell(char command);

  /// Whether all it was told is done by then; written() is up to date when it is.
  bool is_done(std::chrono::milliseconds within);

  /// Waits for all it was told. Throws when it failed.
  void wait();

  std::uint32_t written() const { return written_; }

 private:
  bool read_answer(int timeout_ms);

  pid_t pid_ = -1;
  int commands_ = -1;
  int answers_ = -1;
  std::size_t told_ = 0;
  std::size_t done_ = 0;
  std::uint32_t written_ = 0;
};

/// The other end: does what stdin says until it ends, and writes written() to stdout each time.
int obey(Kind kind, const std::string& path, const std::string& name);
