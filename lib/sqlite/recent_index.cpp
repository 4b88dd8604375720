#include "sqlite/recent_index.h"

#include <algorithm>
#include <utility>

namespace fnstore::sqlite {
namespace {

using Calls = std::vector<RecentPointer>;

bool below(const RecentPointer& call, std::string_view id) { return call->call.id < id; }

/// The place of (id, fn_id) among calls ordered by it; mostly the end, so that is tried first.
Calls::iterator place_in_all(Calls& calls, std::string_view id, std::string_view fn_id) {
  const auto before = [&](const RecentPointer& call) {
    const int order = std::string_view(call->call.id).compare(id);
    return order != 0 ? order < 0 : call->function->fn_id < fn_id;
  };
  if (calls.empty() || before(calls.back())) return calls.end();
  return std::partition_point(calls.begin(), calls.end(), before);
}

Calls::iterator place_in_function(Calls& calls, std::string_view id) {
  if (calls.empty() || below(calls.back(), id)) return calls.end();
  return std::lower_bound(calls.begin(), calls.end(), id, below);
}

std::string app_key(std::string_view app_id, std::string_view app_name) {
  std::string key(app_id);
  key.push_back('\0');
  return key.append(app_name);
}

}  // namespace

const Function* RecentIndex::find_function(std::string_view fn_id) const {
  const auto found = functions_by_id_.find(fn_id);
  return found == functions_by_id_.end() ? nullptr : found->second;
}

Function& RecentIndex::add_function(std::string fn_id) {
  Function& added = functions_.emplace_back();
  added.fn_no = static_cast<std::uint32_t>(functions_.size());
  added.fn_id = std::move(fn_id);
  functions_by_id_.emplace(added.fn_id, &added);
  return added;
}

std::optional<std::uint32_t> RecentIndex::find_app(std::string_view app_id,
                                                   std::string_view app_name) const {
  if (app_id.empty() && app_name.empty()) return 0;
  const auto found = apps_by_key_.find(app_key(app_id, app_name));
  if (found == apps_by_key_.end()) return std::nullopt;
  return found->second;
}

std::vector<std::uint32_t> RecentIndex::apps_with_id(std::string_view app_id) const {
  std::vector<std::uint32_t> numbers;
  for (std::size_t i = 0; i < apps_.size(); ++i) {
    if (apps_[i].app_id == app_id) numbers.push_back(static_cast<std::uint32_t>(i));
  }
  return numbers;
}

void RecentIndex::add_app(App app) {
  apps_by_key_.emplace(app_key(app.app_id, app.app_name), static_cast<std::uint32_t>(apps_.size()));
  apps_.push_back(std::move(app));
}

RecentPointer RecentIndex::find(const Function& function, std::string_view id) const {
  const auto at = std::lower_bound(function.calls.begin(), function.calls.end(), id, below);
  if (at == function.calls.end() || (*at)->call.id != id) return nullptr;
  return *at;
}

void RecentIndex::put(RecentPointer call) {
  Function& owner = function(call->function->fn_no);
  const std::string_view id = call->call.id;
  const bool finished = is_finished(call->call.status);
  const auto at = place_in_function(owner.calls, id);
  const auto at_all = place_in_all(calls_, id, owner.fn_id);
  if (at != owner.calls.end() && (*at)->call.id == id) {
    finished_ -= is_finished((*at)->call.status) ? 1U : 0U;
    *at = call;
    *at_all = std::move(call);
  } else {
    owner.calls.insert(at, call);
    calls_.insert(at_all, std::move(call));
  }
  finished_ += finished ? 1U : 0U;
}

void RecentIndex::erase(const Function& named, std::string_view id) {
  Function& owner = function(named.fn_no);
  const auto at = std::lower_bound(owner.calls.begin(), owner.calls.end(), id, below);
  if (at == owner.calls.end() || (*at)->call.id != id) return;
  finished_ -= is_finished((*at)->call.status) ? 1U : 0U;
  calls_.erase(place_in_all(calls_, id, owner.fn_id));
  owner.calls.erase(at);
}

void RecentIndex::drop_packed() {
  const auto packed = [](const RecentPointer& call) { return is_packed(*call); };
  const std::size_t gone = std::erase_if(calls_, packed);
  if (gone == 0) return;
  finished_ -= gone;
  for (Function& owner : functions_) std::erase_if(owner.calls, packed);
}

void RecentIndex::clear_calls() {
  calls_.clear();
  finished_ = 0;
  for (Function& owner : functions_) owner.calls.clear();
}

}  // namespace fnstore::sqlite
