#pragma once

#include "fnstore/call.h"

#include "codec/json_fields.h"
#include "codec/json_text.h"

#include <bitset>
#include <cstddef>
#include <string>
#include <string_view>

namespace fnstore {

/// A sink for parse_json that fills a call record, or stats alone, from the model's JSON. Unknown
/// fields, doubled fields, wrong types and values out of range throw `invalid` with the field's
/// name. What concerns the call as a whole is left to validate().
class CallJsonReader {
 public:
  enum class Document { record, stats };

  explicit CallJsonReader(Document document) : document_(document) {}

  void begin(char bracket);
  void end(char bracket);
  void key(std::string_view text);
  void string(std::string_view text);
  void literal(std::string_view text);

  bool has(std::string_view field) const;

  CallRecord record;  ///< stats alone arrive in record.call.stats

 private:
  enum class Place {
    document,  // outside of the one value
    call,
    stats,
    sample,
    metrics,
    config,
    headers,
    header_values,
    annotations,
    annotation,  // inside an object or array that is an annotation's value
  };
  enum class SampleField { none, timestamp, metrics };

  void call_key(std::string_view text);
  void sample_key(std::string_view text);
  void map_key(std::string_view text);
  void call_string(std::string_view text);
  void special_string(SpecialField field, std::string_view text);
  void call_number(std::string_view text);
  Place call_member_place(char bracket) const;
  Place place_inside(char bracket) const;
  void end_sample();
  void finish_annotation();
  bool is_special(SpecialField field) const;

  std::string path() const;
  std::string_view expected() const;
  std::string_view expected_of_field() const;
  [[noreturn]] void refuse_type(std::string_view found) const;
  [[noreturn]] void refuse_duplicate(std::string_view where, std::string_view name) const;
  std::uint64_t whole_number(std::string_view text, std::uint64_t most) const;
  void require_entries(std::size_t entries, std::size_t limit, std::string_view what) const;

  Document document_;
  Place place_ = Place::document;
  std::size_t field_ = json_fields.size();  // the one whose value is read, in json_fields
  std::bitset<json_fields.size()> seen_;    // fields of the call
  SampleField sample_field_ = SampleField::none;
  bool has_timestamp_ = false;  // of the sample being read
  bool has_metrics_ = false;
  std::string map_key_;             // of metrics, config, headers and annotations
  std::size_t header_entries_ = 0;  // keys and values
  CompactJson annotation_;
};

}  // namespace fnstore
