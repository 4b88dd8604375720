#include "sqlite/calls_plan.h"

#include <array>
#include <optional>
#include <sqlite3.h>
#include <string>
#include <vector>

namespace fnstore::sqlite {
namespace {

/// A condition that can be used to pass over calls. Each word of a plan stands for one.
struct Pushable {
  std::string_view word;
  CallsColumn column;
  int op;  // SQLITE_INDEX_CONSTRAINT_*
  Comparison comparison;
  double part;        // of the calls that are left by it: a guess
  bool many = false;  // all values of an IN at once
};

using enum Comparison;

constexpr std::array pushables{
    Pushable{"fn_id=", CallsColumn::fn_id, SQLITE_INDEX_CONSTRAINT_EQ, equal, 0.01},
    Pushable{"fn_id-in", CallsColumn::fn_id, SQLITE_INDEX_CONSTRAINT_EQ, equal, 0.05, true},
    Pushable{"status=", CallsColumn::status, SQLITE_INDEX_CONSTRAINT_EQ, equal, 0.2},
    Pushable{"status-in", CallsColumn::status, SQLITE_INDEX_CONSTRAINT_EQ, equal, 0.4, true},
    Pushable{"id=", CallsColumn::id, SQLITE_INDEX_CONSTRAINT_EQ, equal, 1e-5},
    Pushable{"id<", CallsColumn::id, SQLITE_INDEX_CONSTRAINT_LT, below, 0.25},
    Pushable{"id<=", CallsColumn::id, SQLITE_INDEX_CONSTRAINT_LE, at_most, 0.25},
    Pushable{"id>", CallsColumn::id, SQLITE_INDEX_CONSTRAINT_GT, above, 0.25},
    Pushable{"id>=", CallsColumn::id, SQLITE_INDEX_CONSTRAINT_GE, at_least, 0.25},
    Pushable{"created_at=", CallsColumn::created_at, SQLITE_INDEX_CONSTRAINT_EQ, equal, 0.001},
    Pushable{"created_at<", CallsColumn::created_at, SQLITE_INDEX_CONSTRAINT_LT, below, 0.25},
    Pushable{"created_at<=", CallsColumn::created_at, SQLITE_INDEX_CONSTRAINT_LE, at_most, 0.25},
    Pushable{"created_at>", CallsColumn::created_at, SQLITE_INDEX_CONSTRAINT_GT, above, 0.25},
    Pushable{"created_at>=", CallsColumn::created_at, SQLITE_INDEX_CONSTRAINT_GE, at_least, 0.25},
};

constexpr double some_calls = 1e6;      // in a store, as far as estimates go
constexpr double of_one_function = 50;  // opening what one function has
constexpr double of_all_functions = 20'000;

const Pushable* find_pushable(const sqlite3_index_info::sqlite3_index_constraint& constraint,
                              bool many) {
  for (const Pushable& each : pushables) {
    if (static_cast<int>(each.column) == constraint.iColumn && each.op == constraint.op &&
        each.many == many) {
      return &each;
    }
  }
  return nullptr;
}

/// The texts of the table compare bytewise: a condition that does otherwise is left to SQLite.
bool compares_bytewise(sqlite3_index_info& info, int index) {
  const char* const collation = sqlite3_vtab_collation(&info, index);
  return collation != nullptr && sqlite3_stricmp(collation, "BINARY") == 0;
}

/// The condition at `index`, when the table can use it; an IN is then taken whole.
const Pushable* take_constraint(sqlite3_index_info& info, int index) {
  const auto& constraint = info.aConstraint[index];
  if (constraint.usable == 0 || !compares_bytewise(info, index)) return nullptr;
  if (sqlite3_vtab_in(&info, index, -1) != 0) {
    if (const Pushable* const whole = find_pushable(constraint, true)) {
      sqlite3_vtab_in(&info, index, 1);
      return whole;
    }
  }
  return find_pushable(constraint, false);
}

std::string order_word(const char* column, bool rising) {
  return std::string(column) + (rising ? '+' : '-');
}

/// The word for the order asked for, when calls can come in it.
std::optional<std::string> offered_order(const sqlite3_index_info& info, bool can_merge) {
  if (info.nOrderBy < 1 || info.nOrderBy > 2) return std::nullopt;
  constexpr int id = static_cast<int>(CallsColumn::id);
  constexpr int fn_id = static_cast<int>(CallsColumn::fn_id);
  const auto& first = info.aOrderBy[0];
  const auto* const second = info.nOrderBy == 2 ? &info.aOrderBy[1] : nullptr;
  if (first.iColumn == id && can_merge) {
    // Calls with equal ids come in the same direction by function.
    const bool fits = second == nullptr || (second->iColumn == fn_id && second->desc == first.desc);
    if (fits) return "order:" + order_word("id", first.desc == 0);
  }
  if (first.iColumn == fn_id && (second == nullptr || second->iColumn == id)) {
    std::string word = "order:" + order_word("fn_id", first.desc == 0);
    if (second != nullptr) word += "," + order_word("id", second->desc == 0);
    return word;
  }
  return std::nullopt;
}

void estimate(sqlite3_index_info& info, double part, bool one_function, bool one_id) {
  const double calls = one_function && one_id ? 1 : some_calls * part;
  info.estimatedRows = static_cast<sqlite3_int64>(calls < 1 ? 1 : calls);
  info.estimatedCost = (one_function ? of_one_function : of_all_functions) + calls;
  if (one_function && one_id) info.idxFlags |= SQLITE_INDEX_SCAN_UNIQUE;
}

/// The values of a condition, as far as they are texts.
struct Values {
  std::vector<std::string> texts;
  bool numbers = false;  // there are some, which SQLite may compare with more than their text
};

void add_value(Values& values, sqlite3_value* value) {
  const int type = sqlite3_value_type(value);
  if (type == SQLITE_INTEGER || type == SQLITE_FLOAT) values.numbers = true;
  if (type != SQLITE_TEXT) return;  // NULL equals nothing, and a BLOB no text
  const auto* const text = reinterpret_cast<const char*>(sqlite3_value_text(value));
  values.texts.emplace_back(text == nullptr ? "" : text,
                            static_cast<std::size_t>(sqlite3_value_bytes(value)));
}

Values read_values(const Pushable& term, sqlite3_value* given) {
  Values values;
  if (!term.many) {
    add_value(values, given);
    return values;
  }
  sqlite3_value* each = nullptr;
  int code = sqlite3_vtab_in_first(given, &each);
  for (; code == SQLITE_OK; code = sqlite3_vtab_in_next(given, &each)) add_value(values, each);
  if (code != SQLITE_DONE) values.numbers = true;  // not all seen: let everything through
  return values;
}

/// Narrows the filter by one condition. Numbers are left to SQLite, as are comparisons of order
/// with what is no text.
void apply(const Pushable& term, sqlite3_value* given, CallsFilter& filter) {
  Values values = read_values(term, given);
  if (values.numbers) return;
  if (term.column == CallsColumn::fn_id) return filter.want_functions(std::move(values.texts));
  if (term.column == CallsColumn::status) return filter.want_status(values.texts);
  if (values.texts.empty()) return;
  if (term.column == CallsColumn::id) {
    filter.compare_id(term.comparison, values.texts.front());
  } else {
    filter.compare_created(term.comparison, values.texts.front());
  }
}

CallsOrder read_order(std::string_view word) {
  CallsOrder order;
  const std::string_view columns = word.substr(word.find(':') + 1);
  order.by_function = columns.starts_with("fn_id");
  if (order.by_function) order.functions_rising = columns[5] == '+';
  order.ids_rising = columns.ends_with("id+") && !columns.ends_with("fn_id+");
  return order;
}

}  // namespace

int plan_calls(sqlite3_index_info& info, std::int64_t function_count) {
  std::string words;
  double part = 1;
  bool one_function = false;
  bool one_id = false;
  int arguments = 0;
  for (int i = 0; i < info.nConstraint; ++i) {
    const Pushable* const term = take_constraint(info, i);
    if (term == nullptr) continue;
    info.aConstraintUsage[i].argvIndex = ++arguments;
    info.aConstraintUsage[i].omit = 0;  // SQLite checks again: its answer is the one that counts
    words += words.empty() ? "" : " ";
    words += term->word;
    part *= term->part;
    one_function = one_function || term->word == "fn_id=";
    one_id = one_id || term->word == "id=";
  }
  const bool can_merge = one_function || function_count <= most_merged_functions;
  if (const auto order = offered_order(info, can_merge)) {
    words += words.empty() ? "" : " ";
    words += *order;
    info.orderByConsumed = 1;
  }
  estimate(info, part, one_function, one_id);
  info.idxNum = arguments;
  info.idxStr = sqlite3_mprintf("%s", words.c_str());
  info.needToFreeIdxStr = 1;
  return info.idxStr == nullptr ? SQLITE_NOMEM : SQLITE_OK;
}

CallsPlan read_plan(std::string_view words, sqlite3_value** values, int count) {
  CallsPlan plan;
  int next = 0;
  while (!words.empty()) {
    const std::string_view word = words.substr(0, words.find(' '));
    words.remove_prefix(word.size() == words.size() ? word.size() : word.size() + 1);
    if (word.starts_with("order:")) {
      plan.order = read_order(word);
      continue;
    }
    for (const Pushable& term : pushables) {
      if (term.word == word && next < count) apply(term, values[next++], plan.filter);
    }
  }
  return plan;
}

}  // namespace fnstore::sqlite
