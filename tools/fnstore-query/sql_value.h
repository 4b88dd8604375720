#pragma once

#include "fnstore/sql.h"

#include <span>
#include <string>
#include <vector>

namespace fnstore::query {

/// JSON: a BLOB, and a text that is not UTF-8, is a string of base64.
std::string sql_value_to_json(const SqlValue& value);

/// One field of CSV: NULL is nothing, the empty text "" in quotes. Bytes that cannot stand there
/// are base64.
void append_sql_csv(std::string& out, const SqlValue& value);

/// Text for one line of a table: a BLOB as x'..', NULL as nothing.
std::string sql_value_to_cell(const SqlValue& value, bool ascii_only);

bool is_number(const SqlValue& value);

/// The names as keys of one object: the second "n" becomes "n_2".
std::vector<std::string> distinct_names(std::span<const std::string> names);

}  // namespace fnstore::query
