#pragma once

#include <compare>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <utility>

namespace fnstore::codec {

/// The id of a call, immutable. Ids of the usual lengths stand in place, without an allocation:
/// at 31 bytes a value, a generated id (26) costs nothing to copy. Orders bytewise.
class IdText {
 public:
  IdText() noexcept : IdText(std::string_view()) {}
  IdText(std::string_view text) : size_(static_cast<std::uint16_t>(text.size())) {  // implicit
    char* place = storage_.place;
    if (text.size() > in_place) {
      storage_.away = new char[text.size() + 1];
      place = storage_.away;
    }
    if (!text.empty()) std::memcpy(place, text.data(), text.size());
    place[text.size()] = '\0';
  }
  IdText(const std::string& text) : IdText(std::string_view(text)) {}  // implicit
  IdText(const char* text) : IdText(std::string_view(text)) {}         // implicit
  IdText(const IdText& other) : IdText(other.view()) {}
  IdText(IdText&& other) noexcept : storage_(other.storage_), size_(other.size_) {
    other.size_ = 0;
  }
  IdText& operator=(IdText other) noexcept {
    std::swap(storage_, other.storage_);
    std::swap(size_, other.size_);
    return *this;
  }
  ~IdText() {
    if (size_ > in_place) delete[] storage_.away;
  }

  std::string_view view() const noexcept { return {c_str(), size_}; }
  operator std::string_view() const noexcept { return view(); }
  /// Ends with a NUL; an id holds none itself.
  const char* c_str() const noexcept { return size_ > in_place ? storage_.away : storage_.place; }
  bool empty() const noexcept { return size_ == 0; }

  friend bool operator==(const IdText& a, const IdText& b) noexcept { return a.view() == b.view(); }
  friend bool operator==(const IdText& a, std::string_view b) noexcept { return a.view() == b; }
  friend std::strong_ordering operator<=>(const IdText& a, const IdText& b) noexcept {
    return a.view() <=> b.view();
  }
  friend std::strong_ordering operator<=>(const IdText& a, std::string_view b) noexcept {
    return a.view() <=> b;
  }

 private:
  static constexpr std::size_t in_place = 29;

  union Storage {
    char place[in_place + 1];
    char* away;
  };
  Storage storage_;
  std::uint16_t size_;
};

}  // namespace fnstore::codec
