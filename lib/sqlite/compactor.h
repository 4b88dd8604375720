#pragma once

#include "sqlite/snapshot.h"
#include "sqlite/writer.h"

#include <functional>

namespace fnstore::sqlite {

/// Merges neighbouring blocks that together fill one, as they are left behind where calls were
/// deleted here and there. Works in short transactions that let other writers through.
class Compactor {
 public:
  Compactor(ReadPool& pool, SharedIndex& shared, Writer& writer);

  /// Asks `stop` between transactions.
  void run(const std::function<bool()>& stop);

 private:
  ReadPool& pool_;
  SharedIndex& shared_;
  Writer& writer_;
};

}  // namespace fnstore::sqlite
