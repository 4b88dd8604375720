#pragma once

#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <shared_mutex>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

namespace fnstore::bench {

/// Numbers that stand for names, from 1 on. Any thread may call anything.
class NameNumbers {
 public:
  using Named = std::pair<std::uint32_t, std::string>;

  /// For what was stored before; in any order.
  void restore(std::uint32_t number, std::string name);

  /// Gives each name that has none a number. New ones go through `store`, all in one call, before
  /// anyone sees them.
  void add(std::span<const std::string_view> names,
           const std::function<void(std::span<const Named>)>& store);

  std::optional<std::uint32_t> find(std::string_view name) const;
  /// The name's number; the name was added.
  std::uint32_t number(std::string_view name) const { return find(name).value(); }
  std::string name(std::uint32_t number) const;
  /// The greatest number.
  std::uint32_t size() const;

 private:
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const noexcept {
      return std::hash<std::string_view>{}(text);
    }
  };

  mutable std::shared_mutex mutex_;
  std::mutex adding_;
  std::unordered_map<std::string, std::uint32_t, Hash, std::equal_to<>> numbers_;
  std::vector<std::string> names_;  // at number - 1
};

}  // namespace fnstore::bench
