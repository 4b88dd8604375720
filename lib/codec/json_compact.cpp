#include "codec/json_compact.h"

#include "fnstore/limits.h"

#include "codec/json_parse.h"
#include "codec/json_text.h"
#include "model/quote.h"

namespace fnstore {
namespace {

// An annotation's value stands inside the call's object and the annotations' own.
constexpr std::size_t annotation_depth = limits::json_depth - 2;

}  // namespace

std::string compact_json(std::string_view text, std::string_view what) {
  CompactJson compact;
  parse_json(text, what, annotation_depth, compact);
  return compact.take();
}

void validate_annotations(const Call& call) {
  for (const auto& [key, value] : call.annotations) {
    compact_json(value, fmt::format("annotations[{}]", quote(key)));
  }
}

}  // namespace fnstore
