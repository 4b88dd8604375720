#include "table.h"

#include "display_width.h"

#include <algorithm>
#include <numeric>
#include <utility>

namespace fnstore::query {
namespace {

constexpr std::size_t gap = 2;

std::size_t least_width(const TableColumn& column, std::size_t natural) {
  return std::max(column.title.size(), std::min(column.minimum, natural));
}

}  // namespace

Table::Table(std::vector<TableColumn> columns, const std::vector<TableRow>& first_rows,
             const Terminal& terminal, bool more_to_come)
    : columns_(std::move(columns)), widths_(columns_.size()), terminal_(terminal) {
  std::vector<std::size_t> natural(columns_.size());
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    std::size_t content = more_to_come ? columns_[i].minimum : 0;
    for (const TableRow& row : first_rows) {
      content = std::max(content, display_width(row[i].text));
    }
    if (content == 0 && columns_[i].hide_empty) continue;
    natural[i] = std::max(columns_[i].title.size(), content);
  }
  choose(natural);
  widen(natural);
  complete_ = widths_ == natural;
}

void Table::choose(const std::vector<std::size_t>& natural) {
  std::vector<std::size_t> order(columns_.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::sort(order, {}, [&](std::size_t i) { return columns_[i].keep; });
  std::size_t used = 0;
  bool fits = true;
  for (const std::size_t i : order) {
    if (natural[i] == 0) continue;
    const std::size_t least = least_width(columns_[i], natural[i]);
    const std::size_t with_gap = used == 0 ? least : used + gap + least;
    fits = fits && (used == 0 || with_gap <= terminal_.columns);
    if (fits) {
      widths_[i] = std::min(least, terminal_.columns);
      used = with_gap;
    }
  }
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    if (widths_[i] == 0 && natural[i] > 0) left_out_.push_back(columns_[i].title);
  }
}

/// Gives the room that is left to the narrowest columns that want more, one by one.
void Table::widen(const std::vector<std::size_t>& natural) {
  const auto shown = static_cast<std::size_t>(
      std::ranges::count_if(widths_, [](std::size_t width) { return width > 0; }));
  const std::size_t used =
      std::accumulate(widths_.begin(), widths_.end(), std::size_t{0}) + gap * (shown - 1);
  for (std::size_t room = terminal_.columns - std::min(used, terminal_.columns); room > 0; --room) {
    std::size_t* narrowest = nullptr;
    for (std::size_t i = 0; i < widths_.size(); ++i) {
      const bool wants = widths_[i] > 0 && widths_[i] < natural[i];
      if (wants && (narrowest == nullptr || widths_[i] < *narrowest)) narrowest = &widths_[i];
    }
    if (narrowest == nullptr) break;
    ++*narrowest;
  }
}

std::string Table::header() const {
  TableRow row;
  for (const TableColumn& column : columns_) {
    row.push_back({std::string{column.title}, Color::bold});
  }
  return render(row);
}

std::string Table::line(const TableRow& row) const {
  return render(row);
}

std::string Table::render(const TableRow& row) const {
  std::string out;
  std::size_t pending = 0;  // spaces owed before the next text, so that no line ends with spaces
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    if (widths_[i] == 0) continue;
    const std::string text = cut_to_width(row[i].text, widths_[i], terminal_.ellipsis());
    const std::size_t padding = widths_[i] - std::min(widths_[i], display_width(text));
    if (columns_[i].align_right) pending += padding;
    if (!text.empty()) {
      out.append(pending, ' ');
      out += paint(text, row[i].color, terminal_.color_output);
      pending = 0;
    }
    pending += gap + (columns_[i].align_right ? 0 : padding);
  }
  return out += '\n';
}

}  // namespace fnstore::query
