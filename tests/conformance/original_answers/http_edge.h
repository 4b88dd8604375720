#pragma once

#include "fnstore/fnstore.h"

#include <string>
#include <string_view>

namespace original {

/// The filter that the HTTP edge makes of a listing's query ("per_page=2&cursor=..."): per_page is
/// 30 when it is absent, blank, zero or no number, and at most 100; from_time and to_time are whole
/// epoch seconds; what it does not know it lets pass. Throws `invalid` for a time it cannot read.
fnstore::CallFilter filter_from_query(const std::string& fn_id, std::string_view query);

}  // namespace original
