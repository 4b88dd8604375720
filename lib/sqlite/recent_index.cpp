#include "sqlite/recent_index.h"

#include <algorithm>
#include <iterator>
#include <tuple>
#include <utility>

namespace fnstore::sqlite {
namespace {

using Calls = std::vector<RecentPointer>;

bool below(const RecentPointer& call, std::string_view id) {
  return call->call.id.view() < id;
}

bool before(const RecentPointer& a, const RecentPointer& b) {
  const int order = a->call.id.view().compare(b->call.id.view());
  return order != 0 ? order < 0 : a->function->fn_id < b->function->fn_id;
}

/// Calls that are no more and yet kept, before they are swept out.
constexpr std::size_t stale_allowance = 4'096;

bool is_stale(const RecentPointer& call) {
  return call->stale;
}

template <typename List>
auto place_in_function(List& calls, std::string_view id) {
  // Calls come almost in order, so the place is near the end: step back in growing strides first.
  std::ptrdiff_t stride = 1;
  auto high = calls.end();
  while (high - calls.begin() >= stride && !below(*(high - stride), id)) {
    high -= stride;
    stride *= 2;
  }
  const auto low = high - calls.begin() >= stride ? high - stride : calls.begin();
  return std::lower_bound(low, high, id, below);
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
  try {
    functions_by_id_.emplace(added.fn_id, &added);
  } catch (...) {
    functions_.pop_back();
    throw;
  }
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
  std::string key = app_key(app.app_id, app.app_name);
  const auto number = static_cast<std::uint32_t>(apps_.size());
  apps_.push_back(std::move(app));
  try {
    apps_by_key_.emplace(std::move(key), number);
  } catch (...) {
    apps_.pop_back();
    throw;
  }
}

RecentPointer RecentIndex::find(const Function& function, std::string_view id) const {
  const auto at = place_in_function(function.calls, id);
  if (at == function.calls.end() || (*at)->call.id != id) return nullptr;
  return *at;
}

void RecentIndex::put(RecentPointer call) {
  Function& owner = function(call->function->fn_no);
  ++live_;
  finished_ += is_finished(call->call.status) ? 1U : 0U;
  unordered_.push_back(call);
  const auto at = place_in_function(owner.calls, call->call.id);
  if (at != owner.calls.end() && (*at)->call.id == call->call.id) {
    retire(**at);
    *at = std::move(call);
  } else {
    owner.calls.insert(at, std::move(call));
  }
  sweep_when_many();
}

void RecentIndex::retire(const RecentCall& call) {
  --live_;
  finished_ -= is_finished(call.call.status) ? 1U : 0U;
  call.stale = true;
  has_stale_ = true;
}

void RecentIndex::erase(const Function& named, std::string_view id) {
  Function& owner = function(named.fn_no);
  const auto at = place_in_function(owner.calls, id);
  if (at == owner.calls.end() || (*at)->call.id != id) return;
  retire(**at);
  owner.calls.erase(at);
}

void RecentIndex::drop_packed(const std::vector<std::uint32_t>& fn_nos) {
  for (const std::uint32_t fn_no : fn_nos) {
    std::erase_if(function(fn_no).calls, [&](const RecentPointer& call) {
      if (!is_packed(*call)) return false;
      retire(*call);
      return true;
    });
  }
  sweep_when_many();
}

/// Each sweep looks at every call, so it waits until half of them are no more.
void RecentIndex::sweep_when_many() {
  if (calls_.size() + unordered_.size() > 2 * live_ + stale_allowance) sweep();
}

/// Lets go of calls that are no more; without it a store that never lists all functions would
/// keep them for good.
void RecentIndex::sweep() {
  if (!has_stale_) return;
  std::erase_if(calls_, is_stale);
  std::erase_if(unordered_, is_stale);
  has_stale_ = false;
}

void RecentIndex::order_functions() {
  if (functions_order_seq_ == blocks_seq) return;
  ordered_functions_.clear();
  for (const Function& function : functions_) {
    if (!function.max_block_id.empty()) ordered_functions_.push_back(&function);
  }
  std::sort(ordered_functions_.begin(), ordered_functions_.end(),
            [](const Function* a, const Function* b) {
              return std::tie(a->max_block_id, a->fn_id) > std::tie(b->max_block_id, b->fn_id);
            });
  functions_order_seq_ = blocks_seq;
}

void RecentIndex::order() {
  sweep();
  order_functions();
  const std::size_t together = calls_.size() + unordered_.size();
  // From here on nothing can fail.
  if (calls_.capacity() < together) calls_.reserve(std::max(together, 2 * calls_.capacity()));
  std::sort(unordered_.begin(), unordered_.end(), before);
  const auto middle = static_cast<std::ptrdiff_t>(calls_.size());
  std::move(unordered_.begin(), unordered_.end(), std::back_inserter(calls_));
  unordered_.clear();
  std::inplace_merge(calls_.begin(), calls_.begin() + middle, calls_.end(), before);
}

void RecentIndex::clear_calls() noexcept {
  calls_.clear();
  unordered_.clear();
  has_stale_ = false;
  live_ = 0;
  finished_ = 0;
  for (Function& owner : functions_) owner.calls.clear();
}

void RecentIndex::forget() noexcept {
  clear_calls();
  seq = 0;
  blocks_seq = 0;
  last_row_no = 0;
}

}  // namespace fnstore::sqlite
