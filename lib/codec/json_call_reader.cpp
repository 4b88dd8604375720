#include "codec/json_call_reader.h"

#include "fnstore/error.h"
#include "fnstore/json.h"

#include "model/quote.h"

#include <charconv>
#include <fmt/format.h>
#include <type_traits>
#include <utility>

namespace fnstore {
namespace {

// What `read` throws gets the field's name in front.
template <typename Read>
auto naming(std::string_view field, Read read) {
  try {
    return read();
  } catch (const Error& error) {
    throw Error(error.code(), fmt::format("{}: {}", field, error.what()));
  }
}

}  // namespace

void CallJsonReader::begin(char bracket) {
  if (place_ == Place::annotations || place_ == Place::annotation) {
    annotation_.begin(bracket);
    place_ = Place::annotation;
    return;
  }
  place_ = place_inside(bracket);
  if (place_ == Place::sample) {
    record.call.stats.emplace_back();
    sample_field_ = SampleField::none;
    has_timestamp_ = has_metrics_ = false;
  }
}

// The place a bracket opens where a value is expected; refuses one that does not belong there.
CallJsonReader::Place CallJsonReader::place_inside(char bracket) const {
  const bool object = bracket == '{';
  switch (place_) {
    case Place::document:
      if (document_ == Document::record && object) return Place::call;
      if (document_ == Document::stats && !object) return Place::stats;
      break;
    case Place::call:
      if (is_special(SpecialField::stats) && !object) return Place::stats;
      if (is_special(SpecialField::config) && object) return Place::config;
      if (is_special(SpecialField::headers) && object) return Place::headers;
      if (is_special(SpecialField::annotations) && object) return Place::annotations;
      break;
    case Place::stats:
      if (object) return Place::sample;
      break;
    case Place::sample:
      if (sample_field_ == SampleField::metrics && object) return Place::metrics;
      break;
    case Place::headers:
      if (!object) return Place::header_values;
      break;
    default:
      break;
  }
  refuse_type(object ? "an object" : "an array");
}

void CallJsonReader::end(char bracket) {
  switch (place_) {
    case Place::annotation:
      annotation_.end(bracket);
      if (annotation_.depth() == 0) finish_annotation();
      break;
    case Place::sample:
      end_sample();
      break;
    case Place::metrics:
      place_ = Place::sample;
      break;
    case Place::header_values:
      place_ = Place::headers;
      break;
    case Place::stats:
      place_ = document_ == Document::stats ? Place::document : Place::call;
      break;
    case Place::config:
    case Place::headers:
    case Place::annotations:
      place_ = Place::call;
      break;
    case Place::call:
    case Place::document:
      place_ = Place::document;
      break;
  }
}

void CallJsonReader::end_sample() {
  if (!has_timestamp_) {
    throw Error(Errc::invalid,
                fmt::format("stats[{}] has no timestamp", record.call.stats.size() - 1));
  }
  place_ = Place::stats;
}

void CallJsonReader::key(std::string_view text) {
  switch (place_) {
    case Place::call:
      call_key(text);
      break;
    case Place::sample:
      sample_key(text);
      break;
    case Place::annotation:
      annotation_.key(text);
      break;
    default:
      map_key(text);
      break;
  }
}

void CallJsonReader::call_key(std::string_view text) {
  // Fields mostly come in the order of the table, with some left out.
  constexpr std::size_t count = json_fields.size();
  std::size_t at = field_ + 1 < count ? field_ + 1 : 0;
  std::size_t tried = 0;
  for (; tried < count && json_fields[at].name != text; ++tried) at = at + 1 < count ? at + 1 : 0;
  if (tried == count) {
    throw Error(Errc::invalid, fmt::format("unknown field {}", quote(text)));
  }
  if (seen_[at]) refuse_duplicate("field", text);
  seen_.set(at);
  field_ = at;
}

void CallJsonReader::sample_key(std::string_view text) {
  const std::size_t index = record.call.stats.size() - 1;
  bool* seen = nullptr;
  if (text == "timestamp") {
    sample_field_ = SampleField::timestamp;
    seen = &has_timestamp_;
  } else if (text == "metrics") {
    sample_field_ = SampleField::metrics;
    seen = &has_metrics_;
  } else {
    throw Error(Errc::invalid, fmt::format("unknown field {} in stats[{}]", quote(text), index));
  }
  if (std::exchange(*seen, true)) refuse_duplicate(fmt::format("stats[{}]", index), text);
}

void CallJsonReader::map_key(std::string_view text) {
  map_key_ = text;
  Call& call = record.call;
  bool is_new = true;
  switch (place_) {
    case Place::metrics: {
      auto& metrics = call.stats.back().metrics;
      is_new = metrics.emplace(map_key_, 0).second;
      require_entries(metrics.size(), limits::metrics_per_sample, "metrics");
      break;
    }
    case Place::config:
      is_new = call.config.emplace(map_key_, std::string{}).second;
      require_entries(call.config.size(), limits::map_entries, "entries");
      break;
    case Place::annotations:
      is_new = call.annotations.emplace(map_key_, std::string{}).second;
      require_entries(call.annotations.size(), limits::map_entries, "entries");
      break;
    default:
      is_new = call.headers.emplace(map_key_, std::vector<std::string>{}).second;
      require_entries(++header_entries_, limits::map_entries, "entries");
      break;
  }
  if (!is_new) {
    throw Error(Errc::invalid, fmt::format("{} appears twice", path()));
  }
}

void CallJsonReader::string(std::string_view text) {
  Call& call = record.call;
  switch (place_) {
    case Place::call:
      call_string(text);
      return;
    case Place::sample:
      if (sample_field_ != SampleField::timestamp) break;
      call.stats.back().timestamp = naming(path(), [&] { return parse_rfc3339(text); });
      return;
    case Place::config:
      call.config[map_key_] = text;
      return;
    case Place::header_values:
      require_entries(++header_entries_, limits::map_entries, "entries");
      call.headers[map_key_].emplace_back(text);
      return;
    case Place::annotations:
      annotation_.string(text);
      finish_annotation();
      return;
    case Place::annotation:
      annotation_.string(text);
      return;
    default:
      break;
  }
  refuse_type("a string");
}

void CallJsonReader::call_string(std::string_view text) {
  Call& call = record.call;
  const JsonField& field = json_fields[field_];
  if (const auto* member = std::get_if<std::string Call::*>(&field.target)) {
    call.*(*member) = text;
  } else if (const auto* time = std::get_if<std::optional<Timestamp> Call::*>(&field.target)) {
    const Timestamp value = naming(field.name, [&] { return parse_rfc3339(text); });
    if (value != earliest_timestamp) call.*(*time) = value;  // the model's zero time: not set
  } else if (const auto* special = std::get_if<SpecialField>(&field.target)) {
    special_string(*special, text);
  } else {
    refuse_type("a string");
  }
}

void CallJsonReader::special_string(SpecialField field, std::string_view text) {
  Call& call = record.call;
  switch (field) {
    case SpecialField::type:
      call.type = parse_call_type(text);
      return;
    case SpecialField::status:
      call.status = parse_status(text);
      return;
    case SpecialField::cpus:
      call.cpus = parse_milli_cpus(text);
      return;
    case SpecialField::log:
      record.log = text;
      return;
    case SpecialField::payload_base64:
      call.payload = naming("payload_base64", [&] { return decode_base64(text); });
      return;
    case SpecialField::log_base64:
      record.log = naming("log_base64", [&] { return decode_base64(text); });
      return;
    default:
      refuse_type("a string");
  }
}

void CallJsonReader::literal(std::string_view text) {
  const bool number = text.front() == '-' || (text.front() >= '0' && text.front() <= '9');
  switch (place_) {
    case Place::annotations:
      annotation_.literal(text);
      finish_annotation();
      return;
    case Place::annotation:
      annotation_.literal(text);
      return;
    case Place::metrics:
      if (!number) break;
      record.call.stats.back().metrics[map_key_] =
          whole_number(text, std::numeric_limits<std::uint64_t>::max());
      return;
    case Place::call:
      if (!number) break;
      call_number(text);
      return;
    default:
      break;
  }
  refuse_type(number ? "a number" : text);
}

void CallJsonReader::call_number(std::string_view text) {
  std::visit(
      [&](const auto& target) {
        if constexpr (requires { target.most; }) {
          auto& member = record.call.*target.member;
          using Number = std::remove_reference_t<decltype(member)>;
          member = static_cast<Number>(whole_number(text, target.most));
        } else {
          refuse_type("a number");
        }
      },
      json_fields[field_].target);
}

void CallJsonReader::finish_annotation() {
  record.call.annotations[map_key_] = annotation_.take();
  place_ = Place::annotations;
}

bool CallJsonReader::is_special(SpecialField field) const {
  const auto* special = std::get_if<SpecialField>(&json_fields[field_].target);
  return special != nullptr && *special == field;
}

bool CallJsonReader::has(std::string_view field) const {
  for (std::size_t i = 0; i < json_fields.size(); ++i) {
    if (json_fields[i].name == field) return seen_[i];
  }
  return false;
}

std::uint64_t CallJsonReader::whole_number(std::string_view text, std::uint64_t most) const {
  std::uint64_t value = 0;
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (failure != std::errc{} || end != text.data() + text.size() || value > most) {
    throw Error(Errc::invalid, fmt::format("{} is {}; it must be a whole number from 0 to {}",
                                           path(), text.substr(0, 64), most));
  }
  return value;
}

}  // namespace fnstore
