#include "sqlite/retention.h"

#include "sqlite/retention_table.h"

namespace fnstore::sqlite {
namespace {

std::int64_t steady_ns() noexcept {
  return std::chrono::steady_clock::now().time_since_epoch().count();
}

}  // namespace

Retention::Retention(ReadPool& pool, Writer& writer, Pruner& pruner, const StoreOptions& options)
    : pool_(pool),
      writer_(writer),
      pruner_(pruner),
      clock_(options.clock == nullptr ? system_clock() : *options.clock),
      interval_(options.background_packing ? options.retention_interval
                                           : std::chrono::milliseconds(0)) {}

bool Retention::is_due() const noexcept {
  return interval_.count() > 0 && steady_ns() >= next_look_ns_.load();
}

/// Whether it falls to this process; then the store says so.
bool Retention::claim(Timestamp now) {
  const std::int64_t now_ms = now.time_since_epoch().count();
  const auto is_fresh = [&](std::int64_t applied) {
    return applied <= now_ms && now_ms - applied < interval_.count();
  };
  bool claimed = false;
  writer_.transact_freeing(
      [&](WriteBatch& batch) {
        claimed = !is_fresh(read_applied(batch.connection()));
        if (!claimed) return;
        write_applied(batch.connection(), now_ms);
        batch.note_change();
      },
      true);
  return claimed;
}

bool Retention::apply(const std::function<bool()>& stop, const std::function<void()>& pack) {
  next_look_ns_.store(steady_ns() + std::chrono::nanoseconds(interval_).count());
  RetentionPolicy policy;
  {
    std::unique_ptr<Connection> connection = pool_.take();
    policy = read_policy(*connection);
    pool_.give_back(std::move(connection));
  }
  const Timestamp now = clock_.now();
  if (policy.empty() || !claim(now)) return false;
  PruneResult result = pruner_.run(cuts_of(policy, now), stop);
  std::uint64_t calls = result.calls;
  if (policy.max_bytes && pruner_.used_bytes() > *policy.max_bytes) {
    pack();
    calls += pruner_.shrink(cuts_for_room(policy), *policy.max_bytes, stop).calls;
  }
  return calls > 0;
}

}  // namespace fnstore::sqlite
