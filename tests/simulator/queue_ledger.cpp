#include "queue_ledger.h"

#include <algorithm>
#include <fmt/format.h>
#include <stdexcept>

using namespace fnstore;

namespace {

bool has_ended(Status status) {
  return status == Status::success || status == Status::error || status == Status::cancelled;
}

}  // namespace

void QueueLedger::begin(const Contents& contents, bool fresh) {
  const std::lock_guard guard(mutex_);
  std::map<std::string, Entry> before = std::move(entries_);
  entries_.clear();
  held_.clear();
  claims_in_doubt_ = false;
  for (const auto& [key, record] : contents) {
    if (key.first != queue_function) continue;
    Entry& entry = entries_[key.second];
    if (!fresh) entry.attempts = before[key.second].attempts;
    entry.acknowledged = true;
    entry.ran_before = record.call.status == Status::running;
    if (has_ended(record.call.status)) entry.end = record.call.status;
  }
}

void QueueLedger::submitted(const std::string& id, Ending ending) {
  if (ending == Ending::refused) return;
  const std::lock_guard guard(mutex_);
  Entry& entry = entries_[id];
  entry.acknowledged = entry.acknowledged || ending == Ending::acknowledged;
}

void QueueLedger::claimed(const Worker& worker, const std::vector<Claim>& claims) {
  const std::lock_guard guard(mutex_);
  const Claim* before = nullptr;
  for (const Claim& claim : claims) {
    Entry& entry = entries_[claim.call.id];
    const auto fail = [&](const char* what) {
      throw std::runtime_error(
          fmt::format("queue: call {}, attempt {}: {}", claim.call.id, claim.attempt, what));
    };
    // What came after this claim may have been noted before it: a cancellation, or a later attempt
    // and its end.
    const bool ended_before =
        entry.end && *entry.end != Status::cancelled && claim.attempt > entry.settled_attempt;
    if (ended_before) fail("was handed out after its end");
    if (!entry.attempts.emplace(claim.attempt, worker).second) fail("was handed out twice");
    if (before != nullptr && before->call.priority < claim.call.priority) {
      fail("came after one of lower priority");
    }
    held_.push_back({worker, claim.call.id, claim.attempt});
    before = &claim;
  }
}

void QueueLedger::claim_in_doubt() {
  const std::lock_guard guard(mutex_);
  claims_in_doubt_ = true;
}

void QueueLedger::settled(const Held& held, Status status, Ending ending) {
  const std::lock_guard guard(mutex_);
  std::erase_if(held_,
                [&](const Held& one) { return one.id == held.id && one.attempt == held.attempt; });
  Entry& entry = entries_[held.id];
  if (ending == Ending::in_doubt) entry.possible_ends.push_back(status);
  if (ending != Ending::acknowledged) return;
  if (!entry.attempts.empty() && entry.attempts.rbegin()->first > held.attempt) {
    throw std::runtime_error(
        fmt::format("queue: the end of attempt {} of call {} was taken after attempt {} began",
                    held.attempt, held.id, entry.attempts.rbegin()->first));
  }
  if (entry.end) throw std::runtime_error("queue: call " + held.id + " ended twice");
  entry.end = status;
  entry.settled_attempt = held.attempt;
}

void QueueLedger::cancelled(const std::string& id, Ending ending) {
  const std::lock_guard guard(mutex_);
  Entry& entry = entries_[id];
  if (ending == Ending::in_doubt) entry.possible_ends.push_back(Status::cancelled);
  if (ending != Ending::acknowledged) return;
  if (entry.end) throw std::runtime_error("queue: call " + id + " ended and was cancelled");
  entry.end = Status::cancelled;
}

std::optional<QueueLedger::Held> QueueLedger::pick(std::uint64_t random) const {
  const std::lock_guard guard(mutex_);
  if (held_.empty()) return std::nullopt;
  return held_[random % held_.size()];
}

QueueLedger::Held QueueLedger::newest(const std::string& id) const {
  const std::lock_guard guard(mutex_);
  const auto& [attempt, worker] = *entries_.at(id).attempts.rbegin();
  return {worker, id, attempt};
}

std::vector<std::string> QueueLedger::ids() const {
  const std::lock_guard guard(mutex_);
  std::vector<std::string> all;
  for (const auto& [id, entry] : entries_) all.push_back(id);
  return all;
}

std::string QueueLedger::compare(const Contents& found, bool all) const {
  const std::lock_guard guard(mutex_);
  for (const auto& [id, entry] : entries_) {
    const auto at = found.find({queue_function, id});
    if (at == found.end()) {
      if (all && entry.acknowledged) return fmt::format("queue: call {} is lost", id);
      continue;
    }
    const Status status = at->second.call.status;
    const bool in_doubt =
        std::ranges::find(entry.possible_ends, status) != entry.possible_ends.end();
    if (entry.end && all && status != *entry.end) {
      return fmt::format("queue: call {} has not ended as it did", id);
    }
    const bool as_ended = entry.end && status == *entry.end;
    if (has_ended(status) && !as_ended && !in_doubt) {
      return fmt::format("queue: call {} has ended by itself", id);
    }
    const bool was_claimed = entry.ran_before || !entry.attempts.empty() || claims_in_doubt_;
    if (status == Status::running && !was_claimed) {
      return fmt::format("queue: call {} runs, and nobody got it", id);
    }
  }
  for (const auto& [key, record] : found) {
    if (key.first == queue_function && !entries_.contains(key.second)) {
      return fmt::format("queue: call {} was never submitted", key.second);
    }
  }
  return {};
}
