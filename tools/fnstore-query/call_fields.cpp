#include "call_fields.h"

#include "fnstore/json.h"

#include "call_table.h"
#include "display_width.h"
#include "harmless.h"

#include <algorithm>
#include <fmt/format.h>
#include <utility>

namespace fnstore::query {
namespace {

constexpr std::size_t most_lines = 10;
constexpr std::size_t gap = 2;

class Fields {
 public:
  void always(std::string name, std::string text, Color color = Color::none) {
    all_.push_back({std::move(name), std::move(text), color});
  }
  void text(std::string name, const std::string& text) {
    if (!text.empty()) always(std::move(name), text);
  }
  template <typename Number>
  void number(std::string name, Number value, std::string_view unit) {
    if (value != 0) always(std::move(name), fmt::format("{}{}", value, unit));
  }
  void time(std::string name, const std::optional<Timestamp>& time, std::string_view note = "") {
    if (time) always(std::move(name), format_rfc3339(*time) + std::string{note});
  }
  std::vector<Field> take() { return std::move(all_); }

 private:
  std::vector<Field> all_;
};

void add_stats(Fields& fields, const Stats& stats) {
  if (stats.empty()) return;
  fields.always("stats", fmt::format("{} sample{}", stats.size(), stats.size() == 1 ? "" : "s"));
  std::string last;
  for (const auto& [name, value] : stats.back().metrics) {
    last += fmt::format(" {}={}", name, value);
  }
  fields.always("stats.last", format_rfc3339(stats.back().timestamp) + last);
}

void add_request(Fields& fields, const Call& call) {
  fields.text("image", call.image);
  fields.number("delay", call.delay, " s");
  if (is_valid_utf8(call.payload)) {
    fields.text("payload", call.payload);
  } else {
    fields.always("payload", fmt::format("({} bytes, not UTF-8; --format json shows them)",
                                         call.payload.size()));
  }
  fields.text("url", call.url);
  fields.text("method", call.method);
  fields.number("priority", call.priority, "");
  fields.number("timeout", call.timeout, " s");
  fields.number("idle_timeout", call.idle_timeout, " s");
  fields.number("tmpfs_size", call.tmpfs_size, " MiB");
  fields.number("memory", call.memory, " MiB");
  if (call.cpus.value != 0) fields.always("cpus", format_milli_cpus(call.cpus));
  for (const auto& [name, value] : call.config) fields.always("config." + name, value);
  for (const auto& [name, value] : call.annotations) fields.always("annotations." + name, value);
  for (const auto& [name, values] : call.headers) {
    for (const std::string& value : values) fields.always("headers." + name, value);
  }
  fields.text("syslog_url", call.syslog_url);
}

}  // namespace

std::vector<Field> call_fields(const Call& call) {
  Fields fields;
  fields.always("id", call.id);
  fields.always("fn_id", call.fn_id);
  fields.text("app_id", call.app_id);
  fields.text("app_name", call.app_name);
  fields.text("trigger_id", call.trigger_id);
  fields.text("type", std::string{to_string(call.type)});
  fields.always("status", std::string{to_string(call.status)}, color_of(call.status));
  fields.text("error", call.error);
  const std::string ran = run_time(call);
  fields.time("created_at", call.created_at);
  fields.time("started_at", call.started_at);
  fields.time("completed_at", call.completed_at, ran.empty() ? "" : fmt::format(" (ran {})", ran));
  add_stats(fields, call.stats);
  add_request(fields, call);
  return fields.take();
}

std::string field_list(const std::vector<Field>& fields, const Terminal& terminal) {
  std::size_t names = 0;
  for (const Field& field : fields) {
    names = std::max(names, display_width(harmless_line(field.name, !terminal.utf8)));
  }
  names = std::min(names, terminal.columns / 2);
  const std::size_t room = terminal.columns - names - gap;
  std::string out;
  for (const Field& field : fields) {
    const std::string name =
        cut_to_width(harmless_line(field.name, !terminal.utf8), names, terminal.ellipsis());
    std::string text = harmless_line(field.text, !terminal.utf8);
    auto lines = wrap_to_width(text, room, most_lines, terminal.ellipsis());
    if (display_width(text) > room * most_lines) {
      lines.push_back(cut_to_width(fmt::format("({} bytes in all)", field.text.size()), room,
                                   terminal.ellipsis()));
    }
    std::string left = paint(name, Color::bold, terminal.color_output) +
                       std::string(names - display_width(name) + gap, ' ');
    for (const std::string& line : lines) {
      if (line.empty()) left.erase(left.find_last_not_of(' ') + 1);
      out += left + paint(line, field.color, terminal.color_output) + '\n';
      left = std::string(names + gap, ' ');
    }
  }
  return out;
}

}  // namespace fnstore::query
