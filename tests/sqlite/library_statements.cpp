#include "library_statements.h"

#include "scratch_folder.h"

#include <cstdlib>
#include <filesystem>
#include <regex>
#include <stdexcept>

namespace {

/// "a" "b" -> ab: the texts of adjacent literals, none of which has an escape.
std::string joined(const std::string& literals) {
  static const std::regex literal("\"([^\"]*)\"");
  std::string text;
  for (std::sregex_iterator at(literals.begin(), literals.end(), literal), end; at != end; ++at) {
    text += (*at)[1];
  }
  return text;
}

}  // namespace

std::map<std::string, std::string> library_statements() {
  static const std::regex constant("const char\\* (sql_\\w+) =\\s*((?:\"[^\"]*\"\\s*)+);");
  const char* const source = std::getenv("FNSTORE_SOURCE");
  if (source == nullptr) throw std::runtime_error("FNSTORE_SOURCE is not set");
  std::map<std::string, std::string> found;
  const auto folder = std::filesystem::path(source) / "lib/sqlite";
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (entry.path().extension() != ".cpp") continue;
    const std::string text = read_bytes(entry.path().string());
    for (std::sregex_iterator at(text.begin(), text.end(), constant), end; at != end; ++at) {
      found[entry.path().filename().string() + ": " + (*at)[1].str()] = joined((*at)[2]);
    }
  }
  return found;
}
