#pragma once

#include "fnstore/call.h"

#include <string>
#include <string_view>

namespace fnstore {

/// A JSON text without spaces and line ends, its numbers digit for digit. Throws `invalid`, calling
/// the text `what`, when it is not one JSON value or nests deeper than an annotation's may.
std::string compact_json(std::string_view text, std::string_view what);

/// Throws `invalid` unless every value of the call's annotations is a JSON text: without this a
/// call could be stored that to_json cannot write.
void validate_annotations(const Call& call);

}  // namespace fnstore
