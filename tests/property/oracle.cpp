#include "oracle.h"

#include <algorithm>
#include <set>

using namespace fnstore;

Call without_request(const Call& call) {
  Call listed;
  listed.id = call.id;
  listed.fn_id = call.fn_id;
  listed.app_id = call.app_id;
  listed.app_name = call.app_name;
  listed.trigger_id = call.trigger_id;
  listed.type = call.type;
  listed.status = call.status;
  listed.error = call.error;
  listed.created_at = call.created_at;
  listed.started_at = call.started_at;
  listed.completed_at = call.completed_at;
  listed.stats = call.stats;
  return listed;
}

std::optional<Errc> Oracle::insert(const std::vector<CallRecord>& records, OnConflict on_conflict,
                                   InsertCounts& counts) {
  counts = {};
  if (on_conflict == OnConflict::error) {
    std::set<Key> keys;
    for (const CallRecord& record : records) {
      const Key key{record.call.fn_id, record.call.id};
      if (records_.count(key) != 0 || !keys.insert(key).second) return Errc::conflict;
    }
  }
  for (const CallRecord& record : records) {
    const Key key{record.call.fn_id, record.call.id};
    if (on_conflict == OnConflict::skip && records_.count(key) != 0) {
      ++counts.skipped;
      continue;
    }
    records_[key] = record;
    ++counts.inserted;
  }
  return std::nullopt;
}

std::optional<Errc> Oracle::transition(const Key& key, const Transition& step) {
  const auto at = records_.find(key);
  if (at == records_.end()) return Errc::not_found;
  Call& call = at->second.call;
  if (!is_legal_transition(call.status, step.to)) return Errc::conflict;
  if (step.to == Status::running) call.started_at = step.at;
  if (step.to == Status::queued) call.started_at.reset();
  if (is_finished(step.to)) call.completed_at = step.at;
  call.status = step.to;
  call.error = step.error;
  if (!step.stats.empty()) call.stats = merge_samples(step.stats);
  return std::nullopt;
}

std::optional<Errc> Oracle::put_log(const Key& key, const std::string& bytes) {
  const auto at = records_.find(key);
  if (at == records_.end()) return Errc::not_found;
  at->second.log = bytes;
  return std::nullopt;
}

std::optional<Errc> Oracle::remove(const Key& key) {
  const auto at = records_.find(key);
  if (at == records_.end()) return Errc::not_found;
  if (!is_finished(at->second.call.status)) return Errc::conflict;
  records_.erase(at);
  return std::nullopt;
}

PruneResult Oracle::prune(const PruneRequest& request) {
  PruneResult result;
  std::map<std::string, std::uint64_t> kept;  // of each function, the newest first
  std::set<std::string> functions;
  std::vector<Key> gone;
  for (auto at = records_.rbegin(); at != records_.rend(); ++at) {
    const Call& call = at->second.call;
    if (!is_finished(call.status)) continue;
    if (!request.fn_id.empty() && call.fn_id != request.fn_id) continue;
    const auto& wanted = request.status;
    if (!wanted.empty() && std::count(wanted.begin(), wanted.end(), call.status) == 0) continue;
    if (request.keep_last && kept[call.fn_id]++ < *request.keep_last) continue;
    if (request.before && !(*call.created_at < *request.before)) continue;
    ++result.calls;
    ++result.by_status[static_cast<std::size_t>(call.status)];
    functions.insert(call.fn_id);
    gone.push_back(at->first);
  }
  result.functions = functions.size();
  if (request.dry_run) return result;
  for (const Key& key : gone) records_.erase(key);
  return result;
}

const CallRecord* Oracle::find(const Key& key) const {
  const auto at = records_.find(key);
  return at == records_.end() ? nullptr : &at->second;
}

std::vector<Call> Oracle::select(const CallFilter& filter) const {
  std::vector<Call> found;
  for (const auto& [key, record] : records_) {
    const Call& call = record.call;
    if (!filter.fn_id.empty() && call.fn_id != filter.fn_id) continue;
    if (filter.from_time && !(*filter.from_time < *call.created_at)) continue;
    if (filter.to_time && !(*call.created_at < *filter.to_time)) continue;
    const auto& wanted = filter.status;
    if (!wanted.empty() && std::count(wanted.begin(), wanted.end(), call.status) == 0) continue;
    if (filter.type && call.type != *filter.type) continue;
    if (!filter.app_id.empty() && call.app_id != filter.app_id) continue;
    if (!filter.trigger_id.empty() && call.trigger_id != filter.trigger_id) continue;
    if (call.error.find(filter.error) == std::string::npos) continue;
    found.push_back(without_request(call));
  }
  std::sort(found.begin(), found.end(), [](const Call& a, const Call& b) {
    return a.id != b.id ? a.id > b.id : a.fn_id > b.fn_id;
  });
  return found;
}
