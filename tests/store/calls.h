#pragma once

#include "fnstore/fnstore.h"

#include <string>
#include <vector>

/// A call in some state, created at a fixed time, with completed_at when it is finished.
fnstore::Call call_in(fnstore::Status status, const std::string& fn_id, const std::string& id);

/// "0007" for 7.
std::string four_digits(std::size_t number);

/// Every call that the filter selects, page by page. Throws std::runtime_error, which says where,
/// when a page is out of order, shows a call again, or is not consistent in itself.
std::vector<fnstore::Call> checked_walk(const fnstore::Store& store, fnstore::CallFilter filter);

/// What an action threw: the word of its code, or "no error".
template <typename Act>
std::string code_of(Act act) {
  try {
    act();
  } catch (const fnstore::Error& error) {
    return std::string(to_string(error.code()));
  }
  return "no error";
}
