#pragma once

#include "fnstore/status.h"
#include "fnstore/timestamp.h"

#include <array>
#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace fnstore {

/// Which calls to delete. Every field narrows, and at least one must be set. Only finished calls
/// are ever deleted, each with its log, its request fields and its result.
struct PruneRequest {
  std::string fn_id{};                       ///< empty: of every function
  std::vector<Status> status{};              ///< finished ones; empty: all three
  std::optional<Timestamp> before{};         ///< exclusive: created_at < before
  std::optional<std::uint64_t> keep_last{};  ///< of each function, the newest so many (by id) of
                                             ///< those states stay
  /// No more calls go, the oldest first, than it takes for the store to need at most so many bytes,
  /// free pages not counted.
  std::optional<std::uint64_t> max_bytes{};
  bool dry_run = false;  ///< only say what would go; with max_bytes that is an estimate
  /// Called now and then, by the thread that asked, with calls deleted and to delete.
  std::function<void(std::uint64_t done, std::uint64_t total)> progress{};
};

struct PruneResult {
  std::uint64_t calls = 0;
  std::array<std::uint64_t, status_count> by_status{};  ///< index: Status
  std::uint64_t functions = 0;                          ///< that lost calls
  std::uint64_t bytes_before = 0;                       ///< of the file and its log
  std::uint64_t bytes_after = 0;
};

/// How long calls stay. Of several rules that speak of a call only the most special decides: for
/// its function and status, then for its function, then for its status, then for all.
struct RetentionRule {
  std::string fn_id{};             ///< empty: every function without a rule of its own
  std::optional<Status> status{};  ///< a finished one; absent: each without a rule of its own
  /// A call goes when it is older (by created_at) and not among the newest so many, as far as they
  /// are set; with neither it stays for good.
  std::optional<std::chrono::milliseconds> older_than{};
  std::optional<std::uint64_t> keep_last{};  ///< of each function, of the states the rule decides

  friend bool operator==(const RetentionRule&, const RetentionRule&) = default;
};

/// Stored with the history; its numbers are at most INT64_MAX. A store that is open for writing
/// applies it in the background, see StoreOptions::retention_interval.
struct RetentionPolicy {
  std::vector<RetentionRule> rules{};  ///< at most limits::retention_rules, no two for the same
  std::optional<std::uint64_t> max_bytes{};  ///< as PruneRequest::max_bytes, after the rules

  bool empty() const noexcept { return rules.empty() && !max_bytes; }
  friend bool operator==(const RetentionPolicy&, const RetentionPolicy&) = default;
};

}  // namespace fnstore
