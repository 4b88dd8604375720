#include "sqlite/slices.h"

#include <chrono>
#include <thread>

namespace fnstore::sqlite {
namespace {

using SteadyClock = std::chrono::steady_clock;
using std::chrono::microseconds;

/// What a transaction may take, its commit not counted.
constexpr microseconds time_when_awaited{200};
constexpr microseconds time_when_shared{1'000};
constexpr microseconds time_when_alone{4'000};

/// Longer than a process that waits for the lock file sleeps between two looks.
constexpr microseconds pause_when_shared{1'100};

constexpr int most_log_frames = 1'024;  // 4 MiB: some milliseconds of a checkpoint

microseconds time_for(const Writer& writer) {
  if (writer.awaited() || writer.short_of_space()) return time_when_awaited;
  return writer.shared() ? time_when_shared : time_when_alone;
}

}  // namespace

void Slices::run(const std::function<void(WriteBatch&, const IsOver&)>& work) {
  bool changed = false;
  writer_.transact_freeing(
      [&](WriteBatch& batch) {
        const auto start = SteadyClock::now();
        work(batch, [&] { return SteadyClock::now() - start >= time_for(writer_); });
        changed = batch.changed();
      },
      false);
  if (changed) undurable_ = true;
  writer_.checkpoint_above(most_log_frames);
  if (writer_.shared()) std::this_thread::sleep_for(pause_when_shared);
}

void Slices::make_durable() {
  if (!undurable_) return;
  writer_.transact_freeing([](WriteBatch& batch) { batch.note_change(); }, true);
  undurable_ = false;
}

}  // namespace fnstore::sqlite
