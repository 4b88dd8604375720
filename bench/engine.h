#pragma once

#include "fnstore/call.h"
#include "fnstore/call_filter.h"
#include "fnstore/call_view.h"
#include "fnstore/store.h"

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace fnstore::bench {

/// One history under test: fnstore itself, or a peer that keeps the same calls its own way.
/// Methods throw fnstore::Error. Any thread may call insert and list at any time; all else is for
/// one thread at a time. Peers take finished calls with generated ids and all three times alone.
class Engine {
 public:
  virtual ~Engine() = default;

  /// Records finished calls durably, as the engine was opened. `conflict` when one exists.
  virtual void insert(std::span<const Call> calls) = 0;

  /// The same for a history that is only made to be read: however the engine is fastest at it.
  virtual void load(std::span<const Call> calls) { insert(calls); }

  /// Returns when everything acknowledged is written.
  virtual void flush() = 0;

  virtual CallList list(const CallFilter& filter) const = 0;

  /// The same page as views; false, and nothing done, where the engine has no such thing.
  virtual bool list_views(const CallFilter&, CallViewList&) const { return false; }

  /// Brings the history to the form in which it rests: packed, compacted.
  virtual void settle() = 0;

  struct Counts {
    std::uint64_t calls = 0;
    std::uint64_t functions = 0;  ///< with at least one call
    friend bool operator==(const Counts&, const Counts&) = default;
  };
  virtual Counts count() const = 0;

  /// Deletes calls created before, gives the space back as far as the engine can; how many.
  /// Inserts and lists may go on meanwhile.
  virtual std::uint64_t prune(Timestamp before) = 0;

  /// Over every call. Percentiles of the run time in ms, exact, by nearest rank.
  struct Summary {
    std::uint64_t calls = 0;
    std::uint64_t errors = 0;
    std::int64_t p50 = 0;
    std::int64_t p90 = 0;
    std::int64_t p99 = 0;
    std::int64_t max = 0;
    friend bool operator==(const Summary&, const Summary&) = default;
  };
  virtual Summary summarize() const = 0;
};

struct EngineOptions {
  Durability durability = Durability::power_safe;
  bool background_work = true;  ///< false: no packing or compaction but in settle() and prune()
};

struct EngineKind {
  std::string_view name;
  /// Opens the history at `path`, creating it when it is not there; destruction closes it.
  std::unique_ptr<Engine> (*open)(const std::string& path, const EngineOptions& options);
  std::size_t most_inserts = 0;  ///< more calls in a run would take too long; 0: any number
  bool atomic_batches = true;    ///< false: each call of an insert is a commit of its own
};

/// Every engine this program knows; the first is the default. With -Dbench_peers=true also peers.
std::span<const EngineKind> engine_kinds();

}  // namespace fnstore::bench
