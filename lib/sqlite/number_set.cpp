#include "sqlite/number_set.h"

namespace fnstore::sqlite {

NumberSet::Added NumberSet::add(std::int64_t number) {
  const auto value = static_cast<std::uint64_t>(number);
  const auto found = pages_.find(value / page_bits);
  Page* page = found == pages_.end() ? nullptr : found->second.get();
  if (page == nullptr) {
    if (pages_.size() >= most_pages) {
      overflowed_ = true;
      return Added::no_room;
    }
    page = (pages_[value / page_bits] = std::make_unique<Page>()).get();
  }
  std::uint64_t& word = (*page)[value % page_bits / 64];
  const std::uint64_t bit = std::uint64_t{1} << value % 64;
  if ((word & bit) != 0) return Added::before;
  word |= bit;
  ++size_;
  return Added::now;
}

bool NumberSet::contains(std::int64_t number) const {
  const auto value = static_cast<std::uint64_t>(number);
  const auto found = pages_.find(value / page_bits);
  if (found == pages_.end()) return false;
  return ((*found->second)[value % page_bits / 64] >> value % 64 & 1) != 0;
}

void NumberSet::for_each(const std::function<void(std::int64_t)>& take) const {
  for (const auto& [number, page] : pages_) {
    for (std::size_t bit = 0; bit < page_bits; ++bit) {
      if (((*page)[bit / 64] >> bit % 64 & 1) == 0) continue;
      take(static_cast<std::int64_t>(number * page_bits + bit));
    }
  }
}

}  // namespace fnstore::sqlite
