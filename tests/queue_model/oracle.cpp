#include "oracle.h"

#include <algorithm>
#include <fmt/format.h>

using namespace fnstore;

std::int64_t Oracle::next_place() const {
  std::int64_t last = 0;
  for (const auto& [id, entry] : entries_) {
    if (entry.in_queue) last = std::max(last, entry.place);
  }
  return last + 1;
}

std::optional<std::string> Oracle::submit(const Submission& submission, std::int64_t now) {
  const Call& call = submission.call;
  if (!submission.idempotency_key.empty()) {
    const auto known = keys_.find({call.fn_id, submission.idempotency_key});
    if (known != keys_.end()) return known->second;
  }
  if (entries_.count(call.id) > 0) return std::nullopt;
  Entry entry;
  entry.call = call;
  entry.runner = submission.runner;
  entry.in_queue = true;
  entry.place = next_place();
  entry.due = now + 1'000LL * call.delay;
  entries_[call.id] = entry;
  if (!submission.idempotency_key.empty()) {
    keys_[{call.fn_id, submission.idempotency_key}] = call.id;
  }
  return call.id;
}

void Oracle::extend(const Worker& worker, std::int64_t now) {
  const std::int64_t until = now + worker.lease.count();
  const auto [at, is_new] = leases_.try_emplace(worker.number, until);
  if (!is_new && until - at->second > worker.lease.count() / 8) at->second = until;
}

bool Oracle::hold(const Worker& worker, const Call& call, std::int64_t now) {
  if (entries_.count(call.id) > 0) return false;
  Entry entry;
  entry.call = call;
  entry.in_queue = true;
  entry.place = next_place();
  entry.attempt = 1;
  entry.holder = worker.number;
  entries_[call.id] = entry;
  extend(worker, now);
  return true;
}

void Oracle::release(std::uint64_t worker) {
  for (auto& [id, entry] : entries_) {
    if (!entry.in_queue || entry.holder != worker) continue;
    entry.holder = 0;
    if (entry.call.type == CallType::async && entry.call.status == Status::running) {
      entry.call.status = Status::queued;
      continue;
    }
    entry.call.status = entry.call.status == Status::running ? Status::error : Status::cancelled;
    entry.in_queue = false;
  }
  leases_.erase(worker);
}

void Oracle::run_time(std::int64_t now) {
  std::vector<std::uint64_t> expired;
  for (const auto& [worker, until] : leases_) {
    if (until < now) expired.push_back(worker);
  }
  for (const std::uint64_t worker : expired) release(worker);
  std::vector<Entry*> due;
  for (auto& [id, entry] : entries_) {
    if (entry.in_queue && entry.call.status == Status::delayed && entry.due <= now) {
      due.push_back(&entry);
    }
  }
  std::sort(due.begin(), due.end(), [](const Entry* a, const Entry* b) {
    return a->due != b->due ? a->due < b->due : a->place < b->place;
  });
  for (Entry* const entry : due) {
    entry->call.status = Status::queued;
    entry->place = next_place();
  }
}

std::vector<std::string> Oracle::claim(const Worker& worker, const ClaimWish& wish,
                                       std::int64_t now) {
  run_time(now);
  std::vector<Entry*> waiting;
  for (auto& [id, entry] : entries_) {
    if (entry.in_queue && entry.call.status == Status::queued && entry.holder == 0) {
      waiting.push_back(&entry);
    }
  }
  std::sort(waiting.begin(), waiting.end(), [](const Entry* a, const Entry* b) {
    return a->call.priority != b->call.priority ? a->call.priority > b->call.priority
                                                : a->place < b->place;
  });
  std::map<std::string, std::size_t> room;
  for (const FunctionRoom& each : wish.functions) room[each.fn_id] = each.calls;
  std::size_t commands = wish.commands;
  std::vector<std::string> got;
  for (Entry* const entry : waiting) {
    if (got.size() == wish.most) break;
    std::size_t& left = entry->runner == Runner::command ? commands : room[entry->call.fn_id];
    if (left == 0) continue;
    --left;
    entry->call.status = Status::running;
    entry->holder = worker.number;
    got.push_back(fmt::format("{}/{}", entry->call.id, ++entry->attempt));
  }
  if (!got.empty()) extend(worker, now);
  return got;
}

bool Oracle::settle(const Worker& worker, const std::string& id, int attempt,
                    const Settlement& settlement) {
  const auto at = entries_.find(id);
  if (at == entries_.end()) return false;
  Entry& entry = at->second;
  const bool is_held = entry.in_queue && entry.holder == worker.number && entry.attempt == attempt;
  const Status to = settlement.step.to;
  if (!is_held || !is_legal_transition(entry.call.status, to)) return false;
  entry.call.status = to;
  if (to == Status::queued) entry.holder = 0;
  if (is_finished(to)) {
    entry.in_queue = false;
    entry.result = settlement.result;
  }
  return true;
}

bool Oracle::renew(const Worker& worker, std::int64_t now) {
  const auto at = leases_.find(worker.number);
  if (at == leases_.end()) return false;
  at->second = now + worker.lease.count();
  return true;
}

void Oracle::close(const Worker& worker) {
  if (leases_.count(worker.number) > 0) release(worker.number);
}

bool Oracle::step(const std::string& id, Status to) {
  const auto at = entries_.find(id);
  if (at == entries_.end() || !is_legal_transition(at->second.call.status, to)) return false;
  Entry& entry = at->second;
  const bool was_delayed = entry.call.status == Status::delayed;
  entry.call.status = to;
  if (!entry.in_queue) return true;
  if (to != Status::queued) {
    entry.in_queue = false;
  } else if (was_delayed) {
    entry.place = next_place();
  } else {
    entry.holder = 0;
  }
  return true;
}

std::optional<std::int64_t> Oracle::sweep(std::int64_t now) {
  run_time(now);
  std::optional<std::int64_t> next;
  const auto consider = [&](std::int64_t when) {
    if (!next || when < *next) next = when;
  };
  for (const auto& [id, entry] : entries_) {
    if (entry.in_queue && entry.call.status == Status::delayed) consider(entry.due);
  }
  for (const auto& [worker, until] : leases_) consider(until + 1);
  return next;
}

bool Oracle::remove(const std::string& id) {
  const auto at = entries_.find(id);
  if (at == entries_.end() || !is_finished(at->second.call.status)) return false;
  std::erase_if(keys_, [&](const auto& key) { return key.second == id; });
  entries_.erase(at);
  return true;
}

std::vector<std::string> Oracle::held(const Worker& worker) const {
  std::vector<const Entry*> found;
  for (const auto& [id, entry] : entries_) {
    if (entry.in_queue && entry.holder == worker.number) found.push_back(&entry);
  }
  std::sort(found.begin(), found.end(),
            [](const Entry* a, const Entry* b) { return a->place < b->place; });
  std::vector<std::string> ids;
  for (const Entry* const entry : found) {
    ids.push_back(fmt::format("{}/{}", entry->call.id, entry->attempt));
  }
  return ids;
}
