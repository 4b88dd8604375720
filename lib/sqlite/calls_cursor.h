#pragma once

#include "sqlite/calls_plan.h"
#include "sqlite/function_walk.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

struct sqlite3_context;

namespace fnstore::sqlite {

/// One run over the virtual table `calls`. Everything is read when it is asked for: a column that
/// no statement uses is never decoded. Every method may throw Error or HandleFailure.
class CallsCursor {
 public:
  /// `source` must outlive the cursor.
  explicit CallsCursor(CallsSource& source) : source_(source) {}

  /// Begins anew with the first call of a plan.
  void start(CallsPlan plan);
  bool at_end() const { return current_ == nullptr; }
  void next();

  // Of the call it stands on.
  void column(sqlite3_context* context, CallsColumn which);
  /// The same call has the same number as long as the transaction lasts, and no other has it.
  std::int64_t row_number();

 private:
  /// A function's walk with the id it stands on.
  struct Head {
    codec::IdText id;
    std::unique_ptr<FunctionWalk> walk;
  };

  static auto comes_later(bool rising);
  std::vector<const StoredFunction*> wanted_functions() const;
  void start_merge();
  void next_of_functions();
  void next_of_merge();
  const codec::CallEntry& entry();
  std::int64_t created();
  std::int64_t started();
  std::int64_t completed();
  void text_column(sqlite3_context* context, CallsColumn which);
  void stats_column(sqlite3_context* context);

  CallsSource& source_;
  std::shared_ptr<const CallsSnapshot> snapshot_;
  CallsPlan plan_;
  std::vector<const StoredFunction*> functions_;  // in the order of the run
  std::size_t started_functions_ = 0;             // by function: how many were begun
  std::unique_ptr<FunctionWalk> walk_;            // by function: the one that runs
  std::vector<Head> merged_;                      // a heap of those not at their end
  FunctionWalk* current_ = nullptr;
  std::optional<codec::CallEntry> entry_;  // of a row, once one of its columns was asked for
};

}  // namespace fnstore::sqlite
