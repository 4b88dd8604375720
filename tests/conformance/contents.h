#pragma once

#include "fnstore/fnstore.h"

#include <optional>
#include <string>
#include <vector>

/// A call with its log, as get() and find_log() return them.
struct Recorded {
  fnstore::Call call;
  std::optional<std::string> log;

  friend bool operator==(const Recorded&, const Recorded&) = default;
};

/// All that a store holds, in the order of a listing over all functions. Checks on the way that
/// listings, get() and info() agree.
std::vector<Recorded> contents(const fnstore::Store& store);

/// Ids of the calls, in their order.
std::vector<std::string> ids_of(const std::vector<fnstore::Call>& calls);

/// Checks that views show what the same page of calls holds.
void check_views(const fnstore::CallViewList& views, const fnstore::CallList& page);

/// Every call that the filter selects, page by page. Checks that each page but the last is full,
/// that next_cursor is there exactly when a page is full, and that views show the same.
std::vector<fnstore::Call> walk(const fnstore::Store& store, fnstore::CallFilter filter);
