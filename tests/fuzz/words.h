#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

/// The words of a command line, one a line. No word can hold a NUL: here it stands for a newline.
inline std::vector<std::string> split_words(const std::uint8_t* data, std::size_t size) {
  std::vector<std::string> words;
  const std::uint8_t* const end = data + size;
  while (data < end) {
    const std::uint8_t* const newline = std::find(data, end, std::uint8_t{'\n'});
    std::string& word = words.emplace_back(data, newline);
    std::replace(word.begin(), word.end(), '\0', '\n');
    data = newline == end ? end : newline + 1;
  }
  return words;
}
