#pragma once

#include "fnstore/call.h"
#include "fnstore/redaction.h"

#include <span>
#include <vector>

namespace fnstore::store {

/// Replaces the values of the names that the rule covers.
void redact(Call& call, const RedactionRule& rule);

/// Throws `invalid` when the environment of a command that is to be run has a value that would be
/// replaced. Names it and not its value.
void refuse_secret_environment(const Call& call, const RedactionRule& rule);

/// Calls as they may be stored: those given, or copies where there is something to replace.
class Redacted {
 public:
  Redacted(std::span<const Call> calls, const RedactionRule& rule);
  std::span<const Call> calls() const { return calls_; }

 private:
  std::vector<Call> copies_;
  std::span<const Call> calls_;
};

class RedactedRecords {
 public:
  RedactedRecords(std::span<const CallRecord> records, const RedactionRule& rule);
  std::span<const CallRecord> records() const { return records_; }

 private:
  std::vector<CallRecord> copies_;
  std::span<const CallRecord> records_;
};

}  // namespace fnstore::store
