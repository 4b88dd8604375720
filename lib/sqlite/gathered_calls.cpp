#include "sqlite/gathered_calls.h"

#include "codec/detail_blob.h"
#include "sqlite/conversion.h"

#include <boost/unordered/unordered_flat_map.hpp>
#include <optional>
#include <string_view>

namespace fnstore::sqlite {
namespace {

/// The app of a function's latest call: most have one for all.
struct LatestApp {
  const App* app = nullptr;
  std::uint32_t number = 0;
};

/// Nothing when the index does not know it.
std::optional<std::uint32_t> known_app(const RecentIndex& index, LatestApp& latest,
                                       const Call& call) {
  if (latest.app == nullptr || latest.app->app_id != call.app_id ||
      latest.app->app_name != call.app_name) {
    const auto found = index.find_app(call.app_id, call.app_name);
    if (!found) return std::nullopt;
    latest = {&index.app(*found), *found};
  }
  return latest.number;
}

}  // namespace

GatheredCalls::GatheredCalls(const InsertRequest& request, const RecentIndex& index,
                             Timestamp now) {
  boost::unordered_flat_map<std::string_view, std::size_t> numbers;
  std::vector<LatestApp> apps;
  entries_.reserve(request.size());
  for (std::size_t i = 0; i < request.size(); ++i) {
    const Call& call = request.call(i);
    const auto [at, added] = numbers.try_emplace(call.fn_id, functions_.size());
    if (added) {
      functions_.emplace_back();
      apps.emplace_back();
    }
    codec::CallEntry& entry = entries_.emplace_back(to_entry(call, now));
    GatheredFunction& function = functions_[at->second];
    if (const auto app = known_app(index, apps[at->second], call)) {
      entry.app_no = *app;
    } else {
      function.plain = false;
    }
    if (codec::has_detail(call) || request.log(i) != nullptr) function.plain = false;
    function.all_finished = function.all_finished && is_finished(call.status);
    function.rising =
        function.rising && (function.calls.empty() || function.calls.back()->id < entry.id);
    function.calls.push_back(&entry);
  }
}

}  // namespace fnstore::sqlite
