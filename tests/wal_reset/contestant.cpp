#include "contestant.h"

#include "plain_contestant.h"
#include "store_contestant.h"

#include <sqlite3.h>
#include <stdexcept>

Kind parse_kind(std::string_view word) {
  if (word == "plain") return Kind::plain;
  if (word == "store") return Kind::store;
  throw std::runtime_error("neither plain nor store: " + std::string(word));
}

std::string_view to_string(Kind kind) {
  return kind == Kind::plain ? "plain" : "store";
}

void create_file(Kind kind, const std::string& path) {
  kind == Kind::plain ? create_plain_file(path) : create_store_file(path);
}

std::unique_ptr<Contestant> open_contestant(Kind kind, const std::string& path,
                                            const std::string& name) {
  return kind == Kind::plain ? open_plain_contestant(path, name)
                             : open_store_contestant(path, name);
}

std::string find_damage(Kind kind, const std::string& path, const std::string& name,
                        std::uint32_t written) {
  return kind == Kind::plain ? find_plain_damage(path, name, written)
                             : find_store_damage(path, name, written);
}

bool has_reset_defect() {
  const int version = sqlite3_libversion_number();
  const int minor = version / 1'000;
  if (minor == 3'050) return version < 3'050'007;
  if (minor == 3'044) return version < 3'044'006;
  return version < 3'051'003;
}
