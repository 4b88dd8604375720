#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

namespace fnstore::query {

/// One character at the front of a text.
struct Utf8Character {
  char32_t code = 0;
  std::size_t bytes = 1;
};

/// The character a text starts with; nothing when its first byte does not start a well-formed one.
/// The text must not be empty.
std::optional<Utf8Character> first_character(std::string_view text) noexcept;

}  // namespace fnstore::query
