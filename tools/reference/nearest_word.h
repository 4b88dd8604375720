#pragma once

#include <span>
#include <string>
#include <string_view>

namespace fnstore::reference {

/// The word that `typed` was probably meant to be: at most a third of its letters away. Empty when
/// none is near.
std::string nearest_word(std::string_view typed, std::span<const std::string> words);

/// "; did you mean X?" or nothing.
std::string did_you_mean(std::string_view typed, std::span<const std::string> words);

}  // namespace fnstore::reference
