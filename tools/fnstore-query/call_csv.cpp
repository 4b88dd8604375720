#include "call_csv.h"

#include "fnstore/error.h"
#include "fnstore/json.h"

#include "csv_text.h"
#include "harmless.h"
#include "json_cell.h"

#include <array>
#include <charconv>
#include <fmt/format.h>
#include <limits>

namespace fnstore::query {
namespace {

template <typename Number>
Number read_number(std::string_view text) {
  Number value = 0;
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value);
  if (error != std::errc{} || stop != end) {
    throw Error(Errc::invalid, fmt::format("{} is not an integer from {} to {}", in_quotes(text),
                                           std::numeric_limits<Number>::min(),
                                           std::numeric_limits<Number>::max()));
  }
  return value;
}

std::optional<Timestamp> read_time(std::string_view text) {
  const Timestamp time = parse_rfc3339(text);
  if (time == earliest_timestamp) return std::nullopt;  // the model's zero time
  return time;
}

/// NUL is UTF-8, but ends the text for most readers of CSV, and import refuses it.
bool can_be_text(std::string_view bytes) {
  return bytes.find('\0') == std::string_view::npos && is_valid_utf8(bytes);
}

void write_text(const Call& call, const std::string& text, std::string& out) {
  if (!can_be_text(text)) {
    throw Error(Errc::unsupported,
                fmt::format("call {} has a text with a NUL, which csv cannot carry; use jsonl",
                            in_quotes(call.id)));
  }
  append_csv_field(out, text);
}

template <auto Member>
constexpr CsvColumn text_column(std::string_view name) {
  return {name,
          [](const CallRecord& record, std::string& out) {
            write_text(record.call, record.call.*Member, out);
          },
          [](const CsvCell& cell, CallRecord& record) { record.call.*Member = cell.text; }};
}

template <auto Member>
constexpr CsvColumn time_column(std::string_view name) {
  return {
      name,
      [](const CallRecord& record, std::string& out) {
        if (record.call.*Member) out += format_rfc3339(*(record.call.*Member));
      },
      [](const CsvCell& cell, CallRecord& record) { record.call.*Member = read_time(cell.text); }};
}

template <auto Member>
constexpr CsvColumn number_column(std::string_view name) {
  return {name,
          [](const CallRecord& record, std::string& out) {
            if (record.call.*Member != 0) out += fmt::format("{}", record.call.*Member);
          },
          [](const CsvCell& cell, CallRecord& record) {
            using Number = std::remove_cvref_t<decltype(record.call.*Member)>;
            record.call.*Member = read_number<Number>(cell.text);
          }};
}

constexpr CsvColumn type_column{
    "type", [](const CallRecord& record, std::string& out) { out += to_string(record.call.type); },
    [](const CsvCell& cell, CallRecord& record) { record.call.type = parse_call_type(cell.text); }};

constexpr CsvColumn status_column{
    "status",
    [](const CallRecord& record, std::string& out) { out += to_string(record.call.status); },
    [](const CsvCell& cell, CallRecord& record) { record.call.status = parse_status(cell.text); }};

constexpr CsvColumn stats_column{"stats",
                                 [](const CallRecord& record, std::string& out) {
                                   if (!record.call.stats.empty())
                                     append_csv_field(out, to_json(record.call.stats));
                                 },
                                 [](const CsvCell& cell, CallRecord& record) {
                                   record.call.stats = stats_from_json(cell.text);
                                 }};

constexpr CsvColumn cpus_column{"cpus",
                                [](const CallRecord& record, std::string& out) {
                                  if (record.call.cpus.value != 0)
                                    out += format_milli_cpus(record.call.cpus);
                                },
                                [](const CsvCell& cell, CallRecord& record) {
                                  record.call.cpus = parse_milli_cpus(cell.text);
                                }};

constexpr CsvColumn config_column{"config",
                                  [](const CallRecord& record, std::string& out) {
                                    append_csv_field(out, config_to_json(record.call.config));
                                  },
                                  [](const CsvCell& cell, CallRecord& record) {
                                    record.call.config =
                                        read_json_field("config", cell.text).config;
                                  }};

constexpr CsvColumn annotations_column{
    "annotations",
    [](const CallRecord& record, std::string& out) {
      append_csv_field(out, annotations_to_json(record.call.annotations));
    },
    [](const CsvCell& cell, CallRecord& record) {
      record.call.annotations = read_json_field("annotations", cell.text).annotations;
    }};

constexpr CsvColumn headers_column{"headers",
                                   [](const CallRecord& record, std::string& out) {
                                     append_csv_field(out, headers_to_json(record.call.headers));
                                   },
                                   [](const CsvCell& cell, CallRecord& record) {
                                     record.call.headers =
                                         read_json_field("headers", cell.text).headers;
                                   }};

constexpr CsvColumn payload_column{
    "payload",
    [](const CallRecord& record, std::string& out) {
      if (can_be_text(record.call.payload)) append_csv_field(out, record.call.payload);
    },
    [](const CsvCell& cell, CallRecord& record) { record.call.payload = cell.text; }};

constexpr CsvColumn payload_base64_column{
    "payload_base64",
    [](const CallRecord& record, std::string& out) {
      if (!can_be_text(record.call.payload)) out += encode_base64(record.call.payload);
    },
    [](const CsvCell& cell, CallRecord& record) {
      if (!record.call.payload.empty()) {
        throw Error(Errc::invalid, "payload is given too; give one of the two");
      }
      record.call.payload = decode_base64(cell.text);
    }};

constexpr CsvColumn log_column{
    "log",
    [](const CallRecord& record, std::string& out) {
      if (!record.log || !can_be_text(*record.log)) return;
      if (record.log->empty()) {
        out += "\"\"";  // a log that is there and empty; no log at all is a bare empty field
      } else {
        append_csv_field(out, *record.log);
      }
    },
    [](const CsvCell& cell, CallRecord& record) { record.log = cell.text; }};

constexpr CsvColumn log_base64_column{"log_base64",
                                      [](const CallRecord& record, std::string& out) {
                                        if (record.log && !can_be_text(*record.log))
                                          out += encode_base64(*record.log);
                                      },
                                      [](const CsvCell& cell, CallRecord& record) {
                                        if (record.log)
                                          throw Error(Errc::invalid,
                                                      "log is given too; give one of the two");
                                        record.log = decode_base64(cell.text);
                                      }};

/// What listings carry comes first, then the request, then the log.
constexpr std::array all_columns{
    text_column<&Call::id>("id"),
    text_column<&Call::fn_id>("fn_id"),
    text_column<&Call::app_id>("app_id"),
    text_column<&Call::app_name>("app_name"),
    text_column<&Call::trigger_id>("trigger_id"),
    type_column,
    status_column,
    text_column<&Call::error>("error"),
    time_column<&Call::created_at>("created_at"),
    time_column<&Call::started_at>("started_at"),
    time_column<&Call::completed_at>("completed_at"),
    stats_column,
    text_column<&Call::image>("image"),
    number_column<&Call::delay>("delay"),
    payload_column,
    payload_base64_column,
    text_column<&Call::url>("url"),
    text_column<&Call::method>("method"),
    number_column<&Call::priority>("priority"),
    number_column<&Call::timeout>("timeout"),
    number_column<&Call::idle_timeout>("idle_timeout"),
    number_column<&Call::tmpfs_size>("tmpfs_size"),
    number_column<&Call::memory>("memory"),
    cpus_column,
    config_column,
    annotations_column,
    headers_column,
    text_column<&Call::syslog_url>("syslog_url"),
    log_column,
    log_base64_column,
};
constexpr std::size_t listing_columns = 12;
constexpr std::size_t log_columns = 2;

}  // namespace

std::span<const CsvColumn> csv_columns(CsvColumns which) {
  const std::span<const CsvColumn> all{all_columns};
  switch (which) {
    case CsvColumns::listing:
      return all.first(listing_columns);
    case CsvColumns::whole:
      return all.first(all.size() - log_columns);
    case CsvColumns::record:
      break;
  }
  return all;
}

std::string csv_header(CsvColumns which) {
  std::string row;
  for (const CsvColumn& column : csv_columns(which)) {
    if (!row.empty()) row += ',';
    row += column.name;
  }
  return row += '\n';
}

std::string csv_line(const CallRecord& record, CsvColumns which) {
  std::string row;
  bool first = true;
  for (const CsvColumn& column : csv_columns(which)) {
    if (!first) row += ',';
    first = false;
    column.write(record, row);
  }
  return row += '\n';
}

}  // namespace fnstore::query
