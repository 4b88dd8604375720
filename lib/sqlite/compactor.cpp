#include "sqlite/compactor.h"

#include <chrono>
#include <string>
#include <thread>
#include <utility>

namespace fnstore::sqlite {
namespace {

constexpr std::chrono::microseconds slice_time{2'000};
constexpr std::chrono::microseconds pause_time{1'000};

}  // namespace

Compactor::Compactor(ReadPool& pool, SharedIndex& shared, Writer& writer)
    : pool_(pool), shared_(shared), writer_(writer) {}

void Compactor::run(const std::function<bool()>& stop) {
  std::size_t functions = 0;
  {
    const Snapshot snapshot(pool_, shared_);
    functions = snapshot.index().functions().size();
  }
  std::size_t at = 0;
  std::string after_id;
  while (at < functions && !stop()) {
    std::size_t next = at;
    std::string reached = after_id;
    bool worked = false;
    writer_.transact([&](WriteBatch& batch) {
      const auto end = std::chrono::steady_clock::now() + slice_time;
      while (next < functions && std::chrono::steady_clock::now() < end) {
        if (batch.merge_blocks(static_cast<std::uint32_t>(next + 1), reached)) continue;
        ++next;
        reached.clear();
      }
      worked = batch.changed();
    });
    at = next;
    after_id = std::move(reached);
    if (worked) std::this_thread::sleep_for(pause_time);
  }
}

}  // namespace fnstore::sqlite
