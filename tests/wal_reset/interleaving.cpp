#include "interleaving.h"

#include "gated_vfs.h"
#include "other_process.h"

#include <chrono>
#include <condition_variable>
#include <exception>
#include <mutex>
#include <optional>
#include <thread>

using namespace std::chrono_literals;

namespace {

/// How long somebody who is kept out is watched for not coming in.
constexpr auto patience = 400ms;
/// Commits after the checkpoint that did not see the log begin anew; fewer pages than it had then.
constexpr int later_commits = 12;

/// A thread that checkpoints and halts at each step until it is let go.
class HaltedCheckpoint {
 public:
  explicit HaltedCheckpoint(Contestant& contestant)
      : thread_([this, &contestant] { run(contestant); }) {}

  /// The step it halts at, or nothing when it is through.
  std::optional<CheckpointStep> next() {
    std::unique_lock guard(mutex_);
    changed_.wait(guard, [&] { return at_ || through_; });
    return at_;
  }

  void let_go() {
    const std::lock_guard guard(mutex_);
    at_.reset();
    changed_.notify_all();
  }

  void end() {
    {
      const std::lock_guard guard(mutex_);
      free_ = true;
      at_.reset();
      changed_.notify_all();
    }
    thread_.join();
    if (failure_) std::rethrow_exception(failure_);
  }

 private:
  void run(Contestant& contestant) {
    halt_checkpoints([this](CheckpointStep step) { halt(step); });
    try {
      contestant.commit_large();  // a plain one's automatic checkpoint comes with it
      contestant.checkpoint();
    } catch (...) {
      failure_ = std::current_exception();
    }
    halt_checkpoints({});
    const std::lock_guard guard(mutex_);
    through_ = true;
    changed_.notify_all();
  }

  void halt(CheckpointStep step) {
    std::unique_lock guard(mutex_);
    if (free_) return;
    at_ = step;
    changed_.notify_all();
    changed_.wait(guard, [&] { return !at_ || free_; });
  }

  std::mutex mutex_;
  std::condition_variable changed_;
  std::optional<CheckpointStep> at_;
  bool free_ = false;
  bool through_ = false;
  std::exception_ptr failure_;
  std::thread thread_;
};

}  // namespace

Outcome force_interleaving(Kind kind, const std::string& path) {
  Outcome outcome;
  create_file(kind, path);
  auto gated = open_contestant(kind, path, "gated");
  std::uint32_t others = 0;
  {
    OtherProcess other(kind, path, "other");
    other.tell('c');
    other.wait();
    HaltedCheckpoint checkpoint(*gated);
    if (checkpoint.next() == CheckpointStep::before_lock) {
      outcome.halted_before_lock = true;
      other.tell('c');
      other.tell('k');
      outcome.committed_meanwhile = other.is_done(patience);
      checkpoint.let_go();
      if (checkpoint.next() == CheckpointStep::header_read) {
        outcome.halted_after_header = true;
        other.tell('c');
        outcome.committed_meanwhile |= other.is_done(patience);
      }
    }
    checkpoint.end();
    other.wait();
    for (int i = 0; i < later_commits; ++i) other.tell('c');
    other.wait();
    others = other.written();
  }
  const std::uint32_t own = gated->written();
  gated.reset();  // the last to close, which moves what is left of the log
  outcome.damage = find_damage(kind, path, "gated", own);
  if (outcome.damage.empty()) outcome.damage = find_damage(kind, path, "other", others);
  return outcome;
}
