#pragma once

#include "fnstore/fnstore.h"

#include "contents.h"
#include "faults.h"

#include <atomic>
#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <string>

/// How a step fails.
enum class Failing {
  once,              ///< the Nth step, with an I/O error; the next ones succeed
  from_then,         ///< the Nth and all after it
  full,              ///< the Nth of those that need space, and all such after it, as on a full disk
  memory_from_then,  ///< the Nth allocation of SQLite and all after it
  memory,            ///< the Nth allocation of SQLite; the next ones succeed
};

const char* name_of(Failing failing);

/// Lets the Nth step fail.
class NthFailure final : public faults::Faults {
 public:
  NthFailure(std::uint64_t nth, Failing failing) : nth_(nth), failing_(failing) {}

  int before(const faults::StepCall& call) override;

  bool fired() const { return steps_.load() >= nth_; }
  /// The first step that failed, e.g. "sync history.db-wal"; and its kind.
  std::string description() const;
  faults::Step step() const { return step_; }

 private:
  int code_for(const faults::StepCall& call) const;

  const std::uint64_t nth_;
  const Failing failing_;
  std::atomic<std::uint64_t> steps_{0};
  mutable std::mutex mutex_;
  faults::Step step_{};
  std::string path_;
};

/// One attempt at an operation, one step of which fails, in a new folder of its own.
class Trial {
 public:
  Trial(std::uint64_t nth, Failing failing);
  ~Trial();
  Trial(const Trial&) = delete;
  Trial& operator=(const Trial&) = delete;

  std::string path(const std::string& name = "history.db") const { return folder_ + "/" + name; }

  /// Does it while steps may fail. Nothing: it succeeded. Only an Error may leave `work`; what it
  /// says is looked at here.
  std::optional<fnstore::Errc> failing(const std::function<void()>& work);

  /// From now on a failure may also be this; else it is `io`, `full` or `in_doubt`.
  void allow(fnstore::Errc code) { allowed_ = code; }

  /// Opens the file with nothing failing, and looks whether it verifies and what it holds.
  Contents reopened(const std::string& name = "history.db") const;

  /// No draft was left behind, unless removing it may have failed.
  void check_no_leftovers() const;

  bool fired() const { return failure_.fired(); }
  const NthFailure& failure() const { return failure_; }

 private:
  std::string folder_;
  Failing mode_;
  NthFailure failure_;
  fnstore::Errc allowed_ = fnstore::Errc::io;
};

/// Runs `body` for the first step, the second, ..., in each way of failing, until no step fails any
/// more; with FNSTORE_EVERY_STEP=1 for all of them, else for some. Prints how many that were.
void every_step(const char* operation, const std::function<void(Trial&)>& body);

/// What `work` ends with, when nothing fails.
std::optional<fnstore::Errc> outcome(const std::function<void()>& work);
