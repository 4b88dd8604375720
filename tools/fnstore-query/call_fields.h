#pragma once

#include "fnstore/call.h"

#include "terminal.h"

#include <string>
#include <string_view>
#include <vector>

namespace fnstore::query {

struct Field {
  std::string name;
  std::string text;  ///< foreign text is fine
  Color color = Color::none;
};

/// What is set in a call, under the model's names, in their order; members of maps as
/// `config.NAME`. Long texts come whole.
std::vector<Field> call_fields(const Call& call);

/// Names on the left, texts on the right, wrapped; a text of very many lines is cut with a note of
/// its size.
std::string field_list(const std::vector<Field>& fields, const Terminal& terminal);

}  // namespace fnstore::query
