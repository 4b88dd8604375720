#pragma once

#include "fnstore/fnstore.h"

#include <string>
#include <vector>

/// The history that the Go implementation of the model was asked about, as it is in this store.
namespace original {

inline const std::string app_id = "01D7N0000000000000000000A1";
inline const std::string my_fn = "01D7N0000000000000000000F1";     // 3 calls
inline const std::string empty_fn = "01D7N0000000000000000000F2";  // none
inline const std::string bulk_fn = "01D7N0000000000000000000F3";   // 105 calls
inline const std::string edge_fn = "01D7N0000000000000000000F4";   // 4 calls

/// The id of a function's call number 1, 2, ...
std::string call_id(const std::string& fn_id, int number);

/// Every call with its log.
std::vector<fnstore::CallRecord> records();

}  // namespace original
