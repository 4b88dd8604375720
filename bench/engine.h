#pragma once

#include "fnstore/call.h"
#include "fnstore/call_filter.h"
#include "fnstore/store.h"

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace fnstore::bench {

/// One history under test: fnstore itself, or a peer that keeps the same calls its own way.
/// Methods throw fnstore::Error. One thread at a time.
class Engine {
 public:
  virtual ~Engine() = default;

  /// Records finished calls durably, as the engine was opened.
  virtual void insert(std::span<const Call> calls) = 0;

  /// Returns when everything acknowledged is written.
  virtual void flush() = 0;

  virtual CallList list(const CallFilter& filter) const = 0;

  /// Brings the history to the form in which it rests: packed, compacted.
  virtual void settle() = 0;

  struct Counts {
    std::uint64_t calls = 0;
    std::uint64_t functions = 0;  ///< with at least one call
  };
  virtual Counts count() const = 0;
};

struct EngineKind {
  std::string_view name;
  /// Opens the history at `path`, creating it when it is not there; destruction closes it.
  std::unique_ptr<Engine> (*open)(const std::string& path, Durability durability);
};

/// Every engine this program knows; the first is the default.
std::span<const EngineKind> engine_kinds();

}  // namespace fnstore::bench
