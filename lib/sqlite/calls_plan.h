#pragma once

#include "sqlite/calls_filter.h"

#include <cstdint>
#include <string_view>

struct sqlite3_index_info;
struct sqlite3_value;

namespace fnstore::sqlite {

/// The columns of the virtual table `calls`, in order. calls_declaration has their names.
enum class CallsColumn : int {
  id,
  fn_id,
  app_id,
  app_name,
  trigger_id,
  type,
  status,
  error,
  created_at,
  started_at,
  completed_at,
  wait_ms,
  run_ms,
  stats,
};

/// The order in which calls come.
struct CallsOrder {
  bool by_function = true;       ///< one function after the other, else all merged by id
  bool functions_rising = true;  ///< by fn_id
  bool ids_rising = false;       ///< within a function, or of all
};

/// Up to so many functions are merged by id without a sort: each keeps a block open.
inline constexpr std::int64_t most_merged_functions = 512;

/// Chooses what of a statement's conditions and order the table takes care of, and what it costs.
/// The choice is written as words ("fn_id= created_at>= order:id-") that EXPLAIN QUERY PLAN shows
/// and read_plan() reads. Returns an SQLite result code.
int plan_calls(sqlite3_index_info& info, std::int64_t function_count);

/// A plan with the values of its conditions.
struct CallsPlan {
  CallsFilter filter;
  CallsOrder order;
};
CallsPlan read_plan(std::string_view words, sqlite3_value** values, int count);

}  // namespace fnstore::sqlite
