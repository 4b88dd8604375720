#include "sqlite/compactor.h"

#include "sqlite/slices.h"

#include <string>
#include <utility>

namespace fnstore::sqlite {

Compactor::Compactor(ReadPool& pool, SharedIndex& shared, Writer& writer)
    : pool_(pool), shared_(shared), writer_(writer) {}

void Compactor::run(const std::function<bool()>& stop) {
  std::size_t functions = 0;
  {
    const Snapshot snapshot(pool_, shared_);
    functions = snapshot.index().functions().size();
  }
  Slices slices(writer_);
  std::size_t at = 0;
  std::string after_id;
  while (at < functions && !stop()) {
    std::size_t next = at;
    std::string reached;
    slices.run([&](WriteBatch& batch, const Slices::IsOver& is_over) {
      next = at;
      reached = after_id;
      do {
        if (batch.merge_blocks(static_cast<std::uint32_t>(next + 1), reached)) continue;
        ++next;
        reached.clear();
      } while (next < functions && !is_over());
    });
    at = next;
    after_id = std::move(reached);
  }
  slices.make_durable();
}

}  // namespace fnstore::sqlite
