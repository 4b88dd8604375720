#pragma once

#include "executor/captured_command.h"

#include <chrono>
#include <filesystem>
#include <functional>
#include <string>
#include <sys/types.h>

fnstore::executor::CapturedCommand shell(const std::string& script);

/// Without anybody who could stop it.
fnstore::executor::CapturedResult run(const fnstore::executor::CapturedCommand& command);

/// Processes of a group that have not ended, as /proc shows them.
int alive_in_group(pid_t group);

/// Whether it came true before the time was over; looks again and again.
bool comes_true(const std::function<bool()>& condition, std::chrono::milliseconds patience);

/// What fn takes.
std::chrono::milliseconds time_of(const std::function<void()>& fn);

/// A new folder for one test, removed with all that is in it.
class ScratchFolder {
 public:
  ScratchFolder();
  ~ScratchFolder();
  ScratchFolder(const ScratchFolder&) = delete;
  ScratchFolder& operator=(const ScratchFolder&) = delete;

  std::string file(const std::string& name) const { return (folder_ / name).string(); }

 private:
  std::filesystem::path folder_;
};

std::string content_of(const std::string& path);
