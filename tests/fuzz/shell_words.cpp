#include "shell_words.h"

#include <cstddef>
#include <cstdlib>

namespace {

class Line {
 public:
  explicit Line(std::string_view text) : rest_(text) {}

  bool at_end() const { return rest_.empty(); }
  bool take(std::string_view start) {
    if (!rest_.starts_with(start)) return false;
    rest_.remove_prefix(start.size());
    return true;
  }
  std::string take_some(std::size_t count) {
    if (count > rest_.size()) std::abort();
    std::string taken(rest_.substr(0, count));
    rest_.remove_prefix(count);
    return taken;
  }
  std::string take_to(char end) { return take_some(rest_.find(end)); }

 private:
  std::string_view rest_;
};

/// Up to and with the quote that ends it.
std::string escaped(Line& line) {
  std::string text;
  while (!line.take("'")) {
    if (line.take("\\x")) {
      text += static_cast<char>(std::strtol(line.take_some(2).c_str(), nullptr, 16));
    } else {
      line.take("\\");
      text += line.take_some(1);
    }
  }
  return text;
}

std::string word(Line& line) {
  std::string text;
  while (!line.at_end() && !line.take(" ")) {
    if (line.take("$'")) {
      text += escaped(line);
    } else if (line.take("'")) {
      text += line.take_to('\'');
      line.take("'");
    } else {
      line.take("\\");
      text += line.take_some(1);
    }
  }
  return text;
}

}  // namespace

std::vector<std::string> shell_words(std::string_view line) {
  std::vector<std::string> words;
  Line rest(line);
  while (!rest.at_end()) words.push_back(word(rest));
  return words;
}
