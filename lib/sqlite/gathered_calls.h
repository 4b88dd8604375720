#pragma once

#include "codec/call_entry.h"
#include "model/engine.h"
#include "sqlite/recent_index.h"

#include <cstddef>
#include <vector>

namespace fnstore::sqlite {

/// The calls of one function in a request, in its order.
struct GatheredFunction {
  std::vector<codec::CallEntry*> calls;
  bool all_finished = true;
  bool rising = true;  // strictly, by id
  /// The entries are whole: of apps that the index knows, with neither request fields nor logs.
  /// Otherwise their app_no, detail_no and log_no are still to be set.
  bool plain = true;
};

/// The calls of a large request by function, as entries: a call is some 600 bytes, and such a
/// request is in no cache, so that each call is looked at once, in order. Entries stay where they
/// are.
class GatheredCalls {
 public:
  /// `now` is for calls without created_at. Changes nothing in the index.
  GatheredCalls(const InsertRequest& request, const RecentIndex& index, Timestamp now);

  /// In order of first appearance.
  std::vector<GatheredFunction>& functions() { return functions_; }

  /// Where in the request an entry's call is.
  std::size_t position(const codec::CallEntry* entry) const {
    return static_cast<std::size_t>(entry - entries_.data());
  }

 private:
  std::vector<codec::CallEntry> entries_;  // by position
  std::vector<GatheredFunction> functions_;
};

}  // namespace fnstore::sqlite
