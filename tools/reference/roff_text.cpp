#include "roff_text.h"

#include <fmt/format.h>
#include <vector>

namespace fnstore::reference {
namespace {

using Lines = std::vector<std::string_view>;

std::string_view escape_of(char c) {
  switch (c) {
    case '\\':
      return "\\e";
    case '-':
      return "\\-";
    case '\'':
      return "\\(aq";
    case '`':
      return "\\(ga";
    case '^':
      return "\\(ha";
    case '~':
      return "\\(ti";
    case '"':
      return "\\(dq";
    default:
      return {};
  }
}

Lines split(std::string_view text) {
  Lines lines;
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    lines.push_back(text.substr(0, end));
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  }
  return lines;
}

bool is_indented(std::string_view line) {
  return line.starts_with("  ");
}

/// Where "  word  what it is" has what it is; npos for any other line.
std::size_t start_of_meaning(std::string_view line) {
  if (!is_indented(line) || line.size() < 3 || line[2] == ' ') return std::string_view::npos;
  const std::size_t gap = line.find(' ', 2);
  if (gap == std::string_view::npos || !line.substr(gap).starts_with("  ")) {
    return std::string_view::npos;
  }
  return line.find_first_not_of(' ', gap);
}

bool is_list(const Lines& lines) {
  if (lines.empty() || start_of_meaning(lines.front()) == std::string_view::npos) return false;
  for (const std::string_view line : lines) {
    const bool goes_on = line.starts_with("    ");
    if (!goes_on && start_of_meaning(line) == std::string_view::npos) return false;
  }
  return true;
}

std::string list_of(const Lines& lines) {
  std::string out;
  std::string text;
  const auto finish = [&] {
    if (!text.empty()) out += roff_paragraph(text);
    text.clear();
  };
  for (const std::string_view line : lines) {
    const std::size_t meaning = start_of_meaning(line);
    if (meaning == std::string_view::npos) {
      text += fmt::format(" {}", line.substr(line.find_first_not_of(' ')));
      continue;
    }
    finish();
    const std::string_view word = line.substr(2, line.find(' ', 2) - 2);
    out += fmt::format(".TP\n\\fB{}\\fR\n", roff_line(word));
    text = line.substr(meaning);
  }
  finish();
  return out;
}

std::string as_it_is(const Lines& lines) {
  std::string out = ".PP\n.nf\n.RS 2\n";
  for (const std::string_view line : lines) out += roff_line(line.substr(2)) + "\n";
  return out + ".RE\n.fi\n";
}

std::string block(const Lines& lines) {
  std::size_t filled = 0;
  std::string paragraph;
  while (filled < lines.size() && !is_indented(lines[filled])) {
    paragraph += fmt::format("{}{}", paragraph.empty() ? "" : " ", lines[filled++]);
  }
  std::string out;
  if (!paragraph.empty()) out = ".PP\n" + roff_paragraph(paragraph);
  const Lines rest(lines.begin() + static_cast<std::ptrdiff_t>(filled), lines.end());
  if (rest.empty()) return out;
  return out + (is_list(rest) ? list_of(rest) : as_it_is(rest));
}

}  // namespace

std::string roff_line(std::string_view text) {
  std::string out;
  // A dot would start a request; every other character that could is escaped.
  if (text.starts_with('.')) out = "\\&";
  for (const char c : text) {
    const std::string_view escape = escape_of(c);
    if (escape.empty()) {
      out += c;
    } else {
      out += escape;
    }
  }
  return out;
}

std::string roff_paragraph(std::string_view text) {
  std::string out;
  bool bold = false;
  while (true) {
    const std::size_t tick = text.find('`');
    const bool closes = bold || text.find('`', tick + 1) != std::string_view::npos;
    if (tick == std::string_view::npos || !closes) return out + roff_line(text) + "\n";
    out += roff_line(text.substr(0, tick));
    bold = !bold;
    out += bold ? "\\fB" : "\\fR";
    text.remove_prefix(tick + 1);
  }
}

std::string roff_text(std::string_view text) {
  std::string out;
  Lines lines;
  for (const std::string_view line : split(text)) {
    if (!line.empty()) {
      lines.push_back(line);
    } else if (!lines.empty()) {
      out += block(lines);
      lines.clear();
    }
  }
  return lines.empty() ? out : out + block(lines);
}

}  // namespace fnstore::reference
