#include "help.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <fmt/format.h>
#include <iterator>
#include <string_view>
#include <vector>

namespace fnstore::query {
namespace {

constexpr std::size_t line_columns = 80;
constexpr std::size_t indent = 2;
constexpr std::size_t most_label = 24;

struct Entry {
  std::string label;
  std::string text;
};

void append_wrapped(std::string& out, std::string_view text, std::size_t margin) {
  std::size_t column = margin;
  bool first = true;
  while (!text.empty()) {
    const std::size_t space = text.find(' ');
    const std::string_view word = text.substr(0, space);
    text.remove_prefix(space == std::string_view::npos ? text.size() : space + 1);
    if (!first && column + 1 + word.size() > line_columns) {
      out += '\n';
      out.append(margin, ' ');
      column = margin;
    } else if (!first) {
      out += ' ';
      ++column;
    }
    out += word;
    column += word.size();
    first = false;
  }
  out += '\n';
}

void append_section(std::string& out, std::string_view title, const std::vector<Entry>& entries) {
  if (entries.empty()) return;
  std::size_t width = 0;
  for (const Entry& entry : entries) {
    if (entry.label.size() <= most_label) width = std::max(width, entry.label.size());
  }
  const std::size_t margin = indent + width + 2;
  out += fmt::format("\n{}:\n", title);
  for (const Entry& entry : entries) {
    out += fmt::format("{:{}}{:{}}", "", indent, entry.label, width + 2);
    if (entry.label.size() > width) {
      out += '\n';
      out.append(margin, ' ');
    }
    append_wrapped(out, entry.text, margin);
  }
}

Entry option_entry(const CLI::Option& option) {
  std::string label =
      option.get_positional() ? option.get_name(true) : option.get_name(false, true);
  for (std::size_t comma = label.find(','); comma != std::string::npos;
       comma = label.find(',', comma + 2)) {
    label.insert(comma + 1, " ");
  }
  const bool takes_value = !option.get_positional() && option.get_items_expected_max() != 0;
  if (takes_value) label += " " + option.get_type_name();
  return {label, option.get_description()};
}

std::vector<Entry> entries(const CLI::App& app, bool positional) {
  std::vector<Entry> found;
  for (const CLI::Option* option : app.get_options()) {
    if (option->get_positional() == positional) found.push_back(option_entry(*option));
  }
  return found;
}

std::string usage_of_command(const CLI::App& app) {
  std::string usage = fmt::format("Usage: fnstore-query {}", app.get_name());
  for (const CLI::Option* option : app.get_options()) {
    if (!option->get_positional()) continue;
    const bool required = option->get_required();
    usage +=
        fmt::format(" {}{}{}", required ? "" : "[", option->get_name(true), required ? "" : "]");
  }
  return usage + " [OPTIONS]\n";
}

}  // namespace

std::string help_text(const CLI::App& app) {
  const CLI::App* parent = app.get_parent();
  std::string out;
  if (parent == nullptr) {
    out = "Usage: fnstore-query [OPTIONS] COMMAND [ARGS]\n\n";
    append_wrapped(out, app.get_description(), 0);
    std::vector<Entry> list;
    for (const CLI::App* command : app.get_subcommands([](const CLI::App*) { return true; })) {
      list.push_back({command->get_name(), command->get_description()});
    }
    append_section(out, "Commands", list);
    append_section(out, "Options, before or after the command", entries(app, false));
  } else {
    out = usage_of_command(app) + "\n";
    append_wrapped(out, app.get_description() + ".", 0);
    append_section(out, "Arguments", entries(app, true));
    append_section(out, "Options", entries(app, false));
    std::vector<Entry> common = entries(*parent, false);
    std::erase_if(common, [](const Entry& entry) { return entry.label == "-h, --help"; });
    append_section(out, "Options of every command", common);
  }
  out += '\n';
  out += app.get_footer();
  return out;
}

}  // namespace fnstore::query
