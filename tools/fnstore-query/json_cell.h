#pragma once

#include "fnstore/call.h"

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace fnstore::query {

/// The maps of a call as JSON objects on their own, the way to_json(Call) writes them inside a
/// call. An empty map is the empty text.
std::string config_to_json(const std::map<std::string, std::string>& config);
std::string annotations_to_json(const std::map<std::string, std::string>& annotations);
std::string headers_to_json(const std::map<std::string, std::vector<std::string>>& headers);

/// A call with nothing but that one field read from its JSON. Throws Error `invalid`.
Call read_json_field(std::string_view field, std::string_view json);

}  // namespace fnstore::query
