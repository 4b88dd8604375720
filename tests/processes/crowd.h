#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <random>
#include <set>
#include <string>
#include <string_view>
#include <sys/types.h>
#include <vector>

/// What became of a file that many processes used at once.
struct CrowdResult {
  std::set<std::pair<std::string, std::string>> acknowledged;  ///< (fn_id, id)
  std::vector<std::string> problems;
  std::size_t kills = 0;
  std::size_t ends = 0;  ///< processes that closed the file in order
  std::uint64_t largest_log = 0;
  std::map<std::string, std::uint64_t> rounds;      ///< by role
  std::map<std::string, std::uint64_t> longest_ms;  ///< by role, of one round
};

struct CrowdOptions {
  std::vector<std::string_view> roles{};
  std::chrono::seconds time{10};
  std::uint64_t seed = 1;
  bool replaced = true;  ///< false: all live as long as the test
};

/// Runs a process for each role; ends one after the other at random moments, three in four of them
/// with SIGKILL, and puts another in its place, until the time is over or something goes wrong.
CrowdResult run_crowd(const std::string& path, const CrowdOptions& options);
