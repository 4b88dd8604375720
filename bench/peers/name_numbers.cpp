#include "peers/name_numbers.h"

#include <algorithm>
#include <unordered_set>

namespace fnstore::bench {

void NameNumbers::restore(std::uint32_t number, std::string name) {
  const std::unique_lock lock(mutex_);
  names_.resize(std::max<std::size_t>(names_.size(), number));
  names_[number - 1] = name;
  numbers_.emplace(std::move(name), number);
}

void NameNumbers::add(std::span<const std::string_view> names,
                      const std::function<void(std::span<const Named>)>& store) {
  const auto is_known = [&](std::string_view name) { return numbers_.contains(name); };
  {
    const std::shared_lock lock(mutex_);
    if (std::ranges::all_of(names, is_known)) return;
  }
  const std::lock_guard adding(adding_);
  std::vector<Named> fresh;
  {
    const std::shared_lock lock(mutex_);
    std::unordered_set<std::string_view> seen;
    for (const std::string_view name : names) {
      if (is_known(name) || !seen.insert(name).second) continue;
      fresh.emplace_back(static_cast<std::uint32_t>(names_.size() + fresh.size() + 1), name);
    }
  }
  if (fresh.empty()) return;
  store(fresh);
  for (const Named& named : fresh) restore(named.first, named.second);
}

std::optional<std::uint32_t> NameNumbers::find(std::string_view name) const {
  const std::shared_lock lock(mutex_);
  const auto found = numbers_.find(name);
  if (found == numbers_.end()) return std::nullopt;
  return found->second;
}

std::string NameNumbers::name(std::uint32_t number) const {
  const std::shared_lock lock(mutex_);
  return names_.at(number - 1);
}

std::uint32_t NameNumbers::size() const {
  const std::shared_lock lock(mutex_);
  return static_cast<std::uint32_t>(names_.size());
}

}  // namespace fnstore::bench
