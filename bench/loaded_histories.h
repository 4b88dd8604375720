#pragma once

#include "call_plan.h"
#include "engine.h"
#include "fresh_history.h"
#include "history_marks.h"
#include "measure_pages.h"
#include "settings.h"

#include <memory>
#include <span>
#include <string>
#include <vector>

namespace fnstore::bench {

/// The same calls in each engine, at rest and closed: those of --db if that is there, else the
/// plan's, freshly loaded. They go away with the object, but for --db. With peers, all of them are
/// rehearsed first.
class LoadedHistories {
 public:
  /// `change`, if not null, is applied to the plan before it is loaded.
  LoadedHistories(const Settings& settings, std::span<const EngineKind> engines,
                  void (*change)(CallPlan&) = nullptr);

  const HistoryMarks& marks() const { return marks_; }
  std::uint64_t calls() const { return calls_; }
  /// What every line about them says.
  const Params& params() const { return params_; }
  std::span<const EngineKind> kinds() const { return engines_; }
  const std::string& path(std::size_t engine) const { return paths_[engine]; }
  std::unique_ptr<Engine> open(std::size_t engine) const;
  Report report(std::size_t engine) const;

 private:
  void read_existing();
  void load(const CallPlan& plan);

  const Settings& settings_;
  std::span<const EngineKind> engines_;
  std::vector<std::unique_ptr<FreshHistory>> fresh_;
  std::vector<std::string> paths_;
  HistoryMarks marks_;
  std::uint64_t calls_ = 0;
  Params params_;
};

/// All of the histories, open, and their ways to give a page.
class OpenHistories {
 public:
  explicit OpenHistories(const LoadedHistories& loaded);
  std::span<const PageWay> ways() const { return ways_; }

 private:
  std::vector<std::unique_ptr<Engine>> engines_;
  std::vector<PageWay> ways_;
};

}  // namespace fnstore::bench
