#include "actor.h"

#include <fmt/format.h>
#include <stdexcept>
#include <vector>

using namespace fnstore;

void Actor::find(Random& random) {
  const auto key = pick(random, [](const KeptCall&) { return true; });
  if (!key) return;
  const KeptCall& wanted = ledger_.contents().at(*key);
  std::optional<Call> call;
  std::optional<std::string> log;
  const bool done = reads([&] {
    call = stage_.store.find({key->first, key->second});
    log = stage_.store.find_log({key->first, key->second});
  });
  if (!done) return;
  if (!call) throw std::runtime_error(fmt::format("call {} is not found", key->second));
  if (KeptCall{*call, log} != wanted) {
    throw std::runtime_error(fmt::format("call {} is another", key->second));
  }
}

void Actor::list(Random& random) {
  const std::string fn_id = function(random);
  std::vector<std::string> wanted;
  for (const auto& [key, record] : ledger_.contents()) {
    if (key.first == fn_id) wanted.insert(wanted.begin(), key.second);
  }
  std::vector<std::string> found;
  const bool done = reads([&] {
    CallFilter filter{.fn_id = fn_id};
    filter.per_page = 1 + random.below(100);
    for (const Call& call : stage_.store.calls(filter)) found.push_back(call.id);
  });
  if (done && found != wanted) {
    throw std::runtime_error(fmt::format("{} calls of {} are listed, or in another order, not {}",
                                         found.size(), fn_id, wanted.size()));
  }
}

void Actor::statistics() {
  std::uint64_t calls = 0;
  CallFilter filter;
  filter.fn_id = prefix_of(number_) + "a";
  std::uint64_t wanted = 0;
  for (const auto& [key, record] : ledger_.contents()) wanted += key.first == filter.fn_id;
  const bool done = reads([&] { calls = stage_.store.statistics({filter}).all.calls(); });
  if (done && calls != wanted) {
    throw std::runtime_error(fmt::format("{} calls are counted, not {}", calls, wanted));
  }
}

void Actor::back_up() {
  const std::string target = backup_path(stage_.folder, number_);
  CopyOptions options;
  options.force = true;
  if (reads([&] { Safekeeping(stage_.store).backup(target, options); })) backup_ = target;
}
