#include "fnstore/error.h"

#include "codec/json_call_reader.h"
#include "model/quote.h"

#include <fmt/format.h>

namespace fnstore {

// The place of the value being read, as a user would write it down.
std::string CallJsonReader::path() const {
  const std::size_t samples = record.call.stats.size();
  const std::string sample = fmt::format("stats[{}]", samples == 0 ? 0 : samples - 1);
  switch (place_) {
    case Place::document:
      return document_ == Document::stats ? "stats" : "a call";
    case Place::call:
      return std::string(json_fields[field_].name);
    case Place::stats:
      return fmt::format("stats[{}]", samples);
    case Place::sample:
      return sample + (sample_field_ == SampleField::metrics ? ".metrics" : ".timestamp");
    case Place::metrics:
      return fmt::format("{}.metrics[{}]", sample, quote(map_key_));
    case Place::config:
      return fmt::format("config[{}]", quote(map_key_));
    case Place::headers:
    case Place::header_values:
      return fmt::format("headers[{}]", quote(map_key_));
    case Place::annotations:
    case Place::annotation:
      return fmt::format("annotations[{}]", quote(map_key_));
  }
  return {};
}

std::string_view CallJsonReader::expected() const {
  switch (place_) {
    case Place::document:
      return document_ == Document::stats ? "an array" : "a JSON object";
    case Place::call:
      return expected_of_field();
    case Place::stats:
      return "an object";
    case Place::sample:
      return sample_field_ == SampleField::metrics ? "an object" : "a string with a time";
    case Place::metrics:
      return "a whole number";
    case Place::headers:
      return "an array of strings";
    case Place::header_values:
      return "an array of nothing but strings";
    default:
      return "a string";
  }
}

std::string_view CallJsonReader::expected_of_field() const {
  const FieldTarget& target = json_fields[field_].target;
  if (std::holds_alternative<std::string Call::*>(target)) return "a string";
  if (std::holds_alternative<std::optional<Timestamp> Call::*>(target)) {
    return "a string with a time";
  }
  const auto* special = std::get_if<SpecialField>(&target);
  if (special == nullptr) return "a whole number";
  switch (*special) {
    case SpecialField::stats:
      return "an array";
    case SpecialField::config:
    case SpecialField::annotations:
    case SpecialField::headers:
      return "an object";
    case SpecialField::cpus:
      return "a string such as \"100m\"";
    default:
      return "a string";
  }
}

void CallJsonReader::refuse_type(std::string_view found) const {
  throw Error(Errc::invalid, fmt::format("{} must be {}, not {}", path(), expected(), found));
}

void CallJsonReader::refuse_duplicate(std::string_view where, std::string_view name) const {
  throw Error(Errc::invalid, fmt::format("{} {} appears twice", where, quote(name)));
}

void CallJsonReader::require_entries(std::size_t entries, std::size_t limit,
                                     std::string_view what) const {
  if (entries > limit) {
    throw Error(Errc::invalid,
                fmt::format("{} is one too many: the limit is {} {}", path(), limit, what));
  }
}

}  // namespace fnstore
