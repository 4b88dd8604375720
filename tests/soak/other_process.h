#pragma once

#include <cstdint>
#include <string>
#include <sys/types.h>

/// A process that does a part of the work on the same file. It ends with its parent.
class OtherProcess {
 public:
  /// `part`: "worker" or "keeper"; with `prunes` the keeper prunes as well.
  OtherProcess(const std::string& part, const std::string& path, std::uint64_t seed, bool prunes);
  ~OtherProcess();
  OtherProcess(const OtherProcess&) = delete;
  OtherProcess& operator=(const OtherProcess&) = delete;

  pid_t pid() const { return pid_; }
  /// Rounds it has told of so far; at most one each 0.1 s.
  std::uint64_t rounds();
  /// Whether it has ended by itself, which it does only when something went wrong and was printed.
  bool has_ended();
  /// Tells it to end, and waits. False when it did not close its store in order.
  bool end();

 private:
  pid_t pid_ = -1;
  int output_ = -1;
  std::uint64_t rounds_ = 0;
  int status_ = 0;
};

/// What such a process does until it is told to end: exit status 0; 4 after a failure it printed.
int be_other_process(const std::string& part, const std::string& path, std::uint64_t seed,
                     bool prunes);
