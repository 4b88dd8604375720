#pragma once

#include "sqlite/packed_walk.h"

#include <memory>
#include <span>

namespace fnstore::sqlite {

/// Walks the calls of one function in both tiers, in order of id.
class FunctionWalk {
 public:
  /// All three must outlive the walk.
  FunctionWalk(CallsSource& source, const CallsSnapshot& snapshot, const CallsFilter& filter,
               const StoredFunction& function, bool rising);

  /// Moves to the next call; false at the end.
  bool next();

  // The call it stands on. Only after next() returned true.
  const StoredFunction& function() const { return function_; }
  codec::IdText id() { return on_row_ ? row_->id : packed_.id(); }
  /// The row it is, or null: then it is the call of packed().
  const RowPlace* row() const { return on_row_ ? &*row_ : nullptr; }
  PackedWalk& packed() { return packed_; }

 private:
  void find_row();
  bool row_comes_first();

  const CallsFilter& filter_;
  const StoredFunction& function_;
  bool rising_;
  std::span<const RowPlace> rows_;  // still to come, the first in the direction of the walk
  const RowPlace* row_ = nullptr;   // the next one, or the one it stands on
  PackedWalk packed_;
  bool has_packed_ = false;
  bool on_row_ = false;
  bool begun_ = false;
};

}  // namespace fnstore::sqlite
