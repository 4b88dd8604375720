#include "fnstore/error.h"
#include "fnstore/json.h"
#include "fnstore/limits.h"

#include "codec/base64.h"
#include "codec/json_compact.h"
#include "codec/json_text.h"
#include "model/quote.h"
#include "model/rfc3339.h"

#include <array>
#include <charconv>
#include <concepts>
#include <cstddef>
#include <fmt/format.h>
#include <limits>

namespace fnstore {
namespace {

constexpr std::size_t usual_call_bytes = 512;

void append_string(std::string& out, std::string_view text, std::string_view field) {
  if (!is_valid_utf8(text)) {
    throw Error(Errc::invalid, fmt::format("{} {} is not valid UTF-8 and cannot be written as JSON",
                                           field, quote(text)));
  }
  append_json_string(out, text);
}

void append_number(std::string& out, std::integral auto value) {
  std::array<char, std::numeric_limits<std::uint64_t>::digits10 + 2> digits;
  out.append(digits.data(), std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr);
}

// The fields of one call's object, in the order they are added.
class ObjectWriter {
 public:
  explicit ObjectWriter(std::string& out) : out_(out) { out_ += '{'; }

  void name(std::string_view field) {
    if (!first_) out_ += ',';
    first_ = false;
    out_ += '"';
    out_ += field;
    out_ += "\":";
  }

  void text(std::string_view field, std::string_view value) {
    name(field);
    append_string(out_, value, field);
  }
  void text_if_any(std::string_view field, std::string_view value) {
    if (!value.empty()) text(field, value);
  }
  void time_if_set(std::string_view field, const std::optional<Timestamp>& value) {
    if (!value) return;
    name(field);
    out_ += '"';
    append_rfc3339(out_, *value);
    out_ += '"';
  }
  void number_if_any(std::string_view field, std::integral auto value) {
    if (value == 0) return;
    name(field);
    append_number(out_, value);
  }

  // As a string where the bytes are UTF-8, unless its escapes make it larger than base64 can make
  // any value within the limit: then a line that was written could not be read again.
  void bytes(std::string_view field, std::string_view value, std::size_t limit) {
    if (is_valid_utf8(value) && json_string_size(value) <= base64_size(limit)) {
      name(field);
      append_json_string(out_, value);
    } else {
      name(fmt::format("{}_base64", field));
      out_ += '"';
      append_base64(out_, value);
      out_ += '"';
    }
  }

  void end() { out_ += '}'; }

 private:
  std::string& out_;
  bool first_ = true;
};

// `append` writes one element.
template <typename Range, typename Append>
void append_list(std::string& out, std::string_view brackets, const Range& range, Append append) {
  out += brackets.front();
  bool first = true;
  for (const auto& element : range) {
    if (!first) out += ',';
    first = false;
    append(element);
  }
  out += brackets.back();
}

void append_stats(std::string& out, const Stats& stats) {
  append_list(out, "[]", stats, [&](const Sample& sample) {
    out += "{\"timestamp\":\"";
    append_rfc3339(out, sample.timestamp);
    out += "\",\"metrics\":";
    append_list(out, "{}", sample.metrics, [&](const auto& metric) {
      append_string(out, metric.first, "metric name");
      out += ':';
      append_number(out, metric.second);
    });
    out += '}';
  });
}

void append_maps(ObjectWriter& object, std::string& out, const Call& call) {
  if (!call.config.empty()) {
    object.name("config");
    append_list(out, "{}", call.config, [&](const auto& entry) {
      append_string(out, entry.first, "config");
      out += ':';
      append_string(out, entry.second, "config");
    });
  }
  if (!call.annotations.empty()) {
    object.name("annotations");
    append_list(out, "{}", call.annotations, [&](const auto& entry) {
      append_string(out, entry.first, "annotations");
      out += ':';
      out += compact_json(entry.second, fmt::format("annotations[{}]", quote(entry.first)));
    });
  }
  if (!call.headers.empty()) {
    object.name("headers");
    append_list(out, "{}", call.headers, [&](const auto& entry) {
      append_string(out, entry.first, "headers");
      out += ':';
      append_list(out, "[]", entry.second,
                  [&](const std::string& value) { append_string(out, value, "headers"); });
    });
  }
}

void append_request(ObjectWriter& object, std::string& out, const Call& call) {
  object.text_if_any("image", call.image);
  object.number_if_any("delay", call.delay);
  if (!call.payload.empty()) object.bytes("payload", call.payload, limits::payload_bytes);
  object.text_if_any("url", call.url);
  object.text_if_any("method", call.method);
  object.number_if_any("priority", call.priority);
  object.number_if_any("timeout", call.timeout);
  object.number_if_any("idle_timeout", call.idle_timeout);
  object.number_if_any("tmpfs_size", call.tmpfs_size);
  object.number_if_any("memory", call.memory);
  if (call.cpus.value != 0) object.text("cpus", format_milli_cpus(call.cpus));
  append_maps(object, out, call);
  object.text_if_any("syslog_url", call.syslog_url);
}

void append_call(std::string& out, const Call& call, const std::optional<std::string>& log = {}) {
  ObjectWriter object(out);
  object.text("id", call.id);
  object.text("fn_id", call.fn_id);
  object.text("app_id", call.app_id);
  object.text("app_name", call.app_name);
  object.text("trigger_id", call.trigger_id);
  object.text_if_any("type", to_string(call.type));
  object.text("status", to_string(call.status));
  object.text_if_any("error", call.error);
  object.time_if_set("created_at", call.created_at);
  object.time_if_set("started_at", call.started_at);
  object.time_if_set("completed_at", call.completed_at);
  if (!call.stats.empty()) {
    object.name("stats");
    append_stats(out, call.stats);
  }
  append_request(object, out, call);
  if (log) object.bytes("log", *log, limits::log_bytes);
  object.end();
}

}  // namespace

std::string to_json(const Call& call) {
  std::string out;
  out.reserve(usual_call_bytes);
  append_call(out, call);
  return out;
}

std::string to_json(const CallRecord& record) {
  std::string out;
  out.reserve(usual_call_bytes);
  append_call(out, record.call, record.log);
  return out;
}

std::string to_json(const CallList& page) {
  std::string out;
  out.reserve((page.items.size() + 1) * usual_call_bytes);
  out += '{';
  if (!page.next_cursor.empty()) {
    out += "\"next_cursor\":";
    append_string(out, page.next_cursor, "next_cursor");
    out += ',';
  }
  out += "\"items\":";
  append_list(out, "[]", page.items, [&](const Call& call) { append_call(out, call); });
  out += '}';
  return out;
}

std::string to_json(const Stats& stats) {
  std::string out;
  append_stats(out, stats);
  return out;
}

}  // namespace fnstore
