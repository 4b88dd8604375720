#include "completion.h"

#include "completion_parts.h"

#include <algorithm>
#include <fmt/format.h>

namespace fnstore::reference {
namespace {

void replace_all(std::string& text, std::string_view what, std::string_view by) {
  for (std::size_t at = text.find(what); at != std::string::npos;
       at = text.find(what, at + by.size())) {
    text.replace(at, what.size(), by);
  }
}

}  // namespace

std::string completion_script(const ProgramDefinition& program, std::string_view shell) {
  if (shell == "zsh") return zsh_completion(program);
  return shell == "fish" ? fish_completion(program) : bash_completion(program);
}

std::string function_name(const ProgramDefinition& program) {
  std::string name = "_" + program.name;
  std::ranges::replace(name, '-', '_');
  return name;
}

std::string fill_in(std::string_view text, const ProgramDefinition& program) {
  std::string out{text};
  replace_all(out, "@program@", program.name);
  replace_all(out, "@function@", function_name(program));
  return out;
}

std::string single_quoted(std::string_view text) {
  std::string out{text};
  replace_all(out, "'", "'\\''");
  return fmt::format("'{}'", out);
}

std::string with_backslashes(std::string_view text, std::string_view special) {
  std::string out;
  for (const char c : text) {
    if (special.find(c) != std::string_view::npos) out += '\\';
    out += c;
  }
  return out;
}

std::string choices_in_a_row(std::string_view value_name) {
  std::vector<std::string> words = choices(value_name);
  std::erase(words, "");
  return joined(words, " ");
}

std::string joined(const std::vector<std::string>& words, std::string_view between) {
  std::string row;
  for (const std::string& word : words) {
    if (!row.empty()) row += between;
    row += word;
  }
  return row;
}

}  // namespace fnstore::reference
