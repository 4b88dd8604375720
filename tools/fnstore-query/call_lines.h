#pragma once

#include "fnstore/call.h"

#include "call_table.h"
#include "session.h"

#include <optional>
#include <span>
#include <string>

namespace fnstore::query {

/// Calls one a line, as jsonl, csv or a table; json is written like jsonl.
class CallLines {
 public:
  CallLines(const Session& session, Format format, bool with_function,
            std::optional<Timestamp> now = std::nullopt)
      : session_(session), format_(format), with_function_(with_function), now_(now) {}

  /// What stands before the first line. The first calls decide how a table looks, see CallTable.
  std::string header(std::span<const Call> first, bool more_to_come);

  /// After header().
  std::string line(const Call& call) const;

  /// See CallTable; empty for other formats.
  std::string left_out() const { return table_ ? table_->left_out() : ""; }

 private:
  const Session& session_;
  Format format_;
  bool with_function_;
  std::optional<Timestamp> now_;  ///< times of a table are told relative to it
  std::optional<CallTable> table_;
};

}  // namespace fnstore::query
