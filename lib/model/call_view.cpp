#include "fnstore/call_view.h"

#include <algorithm>
#include <cstring>

namespace fnstore {
namespace {

constexpr std::size_t chunk_bytes = 2'048;  // a page of 30 with generated ids takes 780

}  // namespace

void CallViewList::clear() noexcept {
  next_cursor.clear();
  items.clear();
  chunk_ = 0;
  used_ = 0;
}

char* CallViewList::room(std::size_t size) {
  while (chunk_ < chunks_.size() && chunks_[chunk_].size - used_ < size) {
    ++chunk_;
    used_ = 0;
  }
  if (chunk_ >= chunks_.size()) {
    chunk_ = chunks_.size();
    const std::size_t wanted = std::max(chunk_bytes, size);
    chunks_.push_back({std::make_unique_for_overwrite<char[]>(wanted), wanted});
    used_ = 0;
  }
  char* const place = chunks_[chunk_].bytes.get() + used_;
  used_ += size;
  return place;
}

std::string_view CallViewList::keep(std::string_view text) {
  if (text.empty()) return {};
  char* const place = room(text.size());
  std::memcpy(place, text.data(), text.size());
  return {place, text.size()};
}

}  // namespace fnstore
