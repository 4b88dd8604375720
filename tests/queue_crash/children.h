#pragma once

#include <chrono>
#include <cstdint>
#include <string>

/// Short, so that a round can outlast it.
inline constexpr std::chrono::milliseconds worker_lease{250};

/// The processes that are killed. Each appends lines to the file of events, one write a line, each
/// after the store has acknowledged what it says, and ended by " .":
///   "submitted ID LANE NUMBER PRIORITY", "claimed ID WORKER ATTEMPT", "effect ID",
///   "finished ID ATTEMPT", "refused ID ATTEMPT". A lane's numbers rise.
/// They return only when something is wrong, which they append as "wrong TEXT".
int run_submitter(const std::string& store_path, const std::string& events, std::uint64_t seed);
int run_worker(const std::string& store_path, const std::string& events, std::uint64_t seed);
