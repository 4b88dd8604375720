#include "byte_progress.h"

#include <utility>

namespace fnstore::query {

ByteProgress::ByteProgress(std::string verb, const Terminal& terminal, const StopSignals& signals)
    : verb_(std::move(verb)), terminal_(terminal), signals_(signals) {}

WorkProgress ByteProgress::function() {
  return [this](std::uint64_t done, std::uint64_t total) {
    if (!line_) line_.emplace(verb_, total, terminal_, ProgressUnit::bytes);
    done_ = done;
    line_->update(done, done);
    return !signals_.came();
  };
}

void ByteProgress::finish() {
  if (line_) line_->finish(done_);
}

}  // namespace fnstore::query
