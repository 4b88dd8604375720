#pragma once

#include <span>
#include <string>
#include <string_view>

namespace fnstore::query {

/// Appends one CSV field (RFC 4180), quoted when it must be. The empty text becomes nothing.
void append_csv_field(std::string& out, std::string_view text);

/// A row of fields with the newline.
std::string csv_row(std::span<const std::string_view> fields);

}  // namespace fnstore::query
