#pragma once

#include "fnstore/retention.h"

#include "sqlite/prune_selection.h"
#include "sqlite/snapshot.h"
#include "sqlite/writer.h"

#include <cstdint>
#include <functional>
#include <string_view>
#include <vector>

namespace fnstore::sqlite {

/// Deletes finished calls in short transactions that let other writers through: what may go is
/// chosen beside the writers, from a snapshot, and looked at again when it goes. A crash between
/// two transactions leaves a store that is whole and not pruned to the end.
class Pruner {
 public:
  /// What may go of a function; several cuts must not share a status.
  using CutsOf = std::function<std::vector<PruneCut>(std::string_view fn_id)>;
  using Stop = std::function<bool()>;
  using Progress = std::function<void(std::uint64_t done, std::uint64_t total)>;

  Pruner(ReadPool& pool, SharedIndex& shared, Writer& writer);

  /// The request's, all of it. Bytes are left to the caller.
  PruneResult run(const PruneRequest& request);

  /// What `cuts` says of every function, until `stop`, which is asked between transactions.
  PruneResult run(const CutsOf& cuts, const Stop& stop);

  /// Of the file, free pages not counted.
  std::uint64_t used_bytes();

  /// Deletes the oldest of what `cuts` allows until the store needs at most so many bytes.
  PruneResult shrink(const CutsOf& cuts, std::uint64_t max_bytes, const Stop& stop);

 private:
  struct Candidate {
    PruneSelection selection;
    PruneCounts counts{};  // when they were asked for
  };

  std::vector<Candidate> select(const CutsOf& cuts, bool count);
  void remove(const std::vector<Candidate>& candidates, PruneResult& result, const Stop& stop,
              const Progress& progress);
  std::optional<Timestamp> time_of_oldest(const CutsOf& cuts, std::uint64_t max_bytes, double part);

  ReadPool& pool_;
  SharedIndex& shared_;
  Writer& writer_;
};

/// A policy as cuts: which rule decides for which state of a function.
Pruner::CutsOf cuts_of(const RetentionPolicy& policy, Timestamp now);

/// What may go for want of room: all but what a rule keeps for good or by number.
Pruner::CutsOf cuts_for_room(const RetentionPolicy& policy);

}  // namespace fnstore::sqlite
