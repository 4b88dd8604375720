#include "json_cell.h"

#include "fnstore/error.h"
#include "fnstore/json.h"

#include <boost/json.hpp>
#include <fmt/format.h>

namespace fnstore::query {
namespace {

/// {"key":value,...}; `value` returns JSON.
template <typename Map, typename Value>
std::string object_to_json(const Map& map, Value value) {
  if (map.empty()) return "";
  std::string json = "{";
  for (const auto& [key, content] : map) {
    if (json.size() > 1) json += ',';
    json += boost::json::serialize(key);
    json += ':';
    json += value(content);
  }
  return json += '}';
}

}  // namespace

std::string config_to_json(const std::map<std::string, std::string>& config) {
  return object_to_json(config,
                        [](const std::string& text) { return boost::json::serialize(text); });
}

std::string annotations_to_json(const std::map<std::string, std::string>& annotations) {
  return object_to_json(annotations, [](const std::string& json) { return json; });
}

std::string headers_to_json(const std::map<std::string, std::vector<std::string>>& headers) {
  return object_to_json(headers, [](const std::vector<std::string>& values) {
    std::string json = "[";
    for (const std::string& text : values) {
      if (json.size() > 1) json += ',';
      json += boost::json::serialize(text);
    }
    return json += ']';
  });
}

Call read_json_field(std::string_view field, std::string_view json) {
  boost::system::error_code error;
  const boost::json::value value = boost::json::parse(json, error);
  // Checked on its own first: a text that is not one whole object could close the object below.
  if (error || !value.is_object()) throw Error(Errc::invalid, "is not a JSON object");
  return record_from_json(
             fmt::format(R"({{"id":"x","fn_id":"x","status":"queued","{}":{}}})", field, json))
      .call;
}

}  // namespace fnstore::query
