#pragma once

#include "fnstore/safekeeping.h"

#include "codec/call_entry.h"
#include "sqlite/block_table.h"
#include "sqlite/number_set.h"
#include "sqlite/row_table.h"
#include "sqlite/state.h"
#include "sqlite/work_meter.h"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace fnstore::sqlite {

/// The numbers of a table of bodies, and which of them somebody has named.
struct StoredNumbers {
  const char* table;
  const char* what;  ///< as in "its log"
  NumberSet stored{};
  NumberSet named{};
};

/// One run of a verification: what its parts find and need of each other. Every part reads one
/// table in the order of its key and keeps little of it. Used by one thread, in one transaction.
class VerificationRun {
 public:
  VerificationRun(Connection& connection, WorkMeter& meter)
      : connection_(connection), meter_(meter) {}

  Verification run(const std::string& path);

 private:
  struct KnownFunction {
    std::string fn_id;
    std::int64_t packed_to = 0;
    std::optional<std::string> max_block_id{};
    std::string greatest_id{};  // in the blocks that were looked at
  };
  /// Rows of call_blocks and block_groups with their numbers as they stand, however wrong.
  struct RawHeader;
  struct RawGroup;

  // verification.cpp
  void check_part(const char* table, const std::function<void()>& check);
  void add_problem(std::string where, std::string what);
  void check_file();
  void check_state();
  void check_opening();
  std::string of_function(std::int64_t fn_no) const;
  std::string of_call(const char* table, std::int64_t fn_no, std::string_view id) const;
  const KnownFunction* function(std::int64_t fn_no) const;

  // verification_tables.cpp: fns, apps, and the tables of bodies
  void check_functions();
  void check_function(const std::string& where, const KnownFunction& known,
                      std::int64_t blocks_seq);
  void check_apps();
  void check_details();
  void check_logs();
  void check_body_numbers();
  void check_numbered(StoredNumbers& numbers, const char* sql, std::int64_t next,
                      const std::function<void(std::string_view)>& decode, std::uint64_t& count);
  void check_unnamed(const StoredNumbers& numbers);
  std::string name_number(StoredNumbers& numbers, std::uint64_t number);

  // verification_blocks.cpp
  void check_blocks();
  void check_block(const RawHeader& header);
  std::string check_block_body(const RawHeader& header);
  std::string check_block_calls(codec::BlockReader& block);
  std::string check_entry(const codec::CallEntry& call);
  void check_block_order(const RawHeader& header, const std::string& where);
  void check_greatest_ids();

  // verification_groups.cpp
  void check_groups();
  void check_group(const RawGroup& group, const Bound& next);
  bool has_far_times_of_blocks(const RawGroup& group, const Bound& next);

  // verification_rows.cpp
  void check_rows();
  std::string check_row(SQLite::Statement& query);
  std::string check_unpacked(LoadedRow&& row, const KnownFunction& owner);
  bool is_packed(std::int64_t fn_no, const std::string& id);
  bool call_exists(std::int64_t fn_no, const std::string& id);
  std::optional<Status> row_status(std::int64_t fn_no, const std::string& id) const;

  // verification_row_batches.cpp
  void check_row_batches();
  std::string check_batch_numbers(std::int64_t first, std::int64_t last, std::int64_t last_before);
  void check_batched(LoadedRow&& row);
  void check_unnamed_bodies();

  // verification_queue.cpp: what the queue keeps
  void check_queue();
  std::string check_queue_row(SQLite::Statement& query);
  void check_keys();
  void check_results();

  Connection& connection_;
  WorkMeter& meter_;
  Verification found_;
  int schema_version_ = 0;
  StoreState state_;
  bool state_is_known_ = false;
  std::vector<KnownFunction> functions_;
  std::int64_t apps_ = 1;  // the one of empty texts has no row
  StoredNumbers details_{"call_details", "request fields"};
  StoredNumbers logs_{"call_logs", "log"};
  StoredNumbers bodies_{"block_bodies", "body"};
  std::unordered_map<std::string, Status> rows_;  // by fn_no, NUL, id
  std::uint64_t blocks_in_groups_ = 0;
  bool is_partly_unread_ = false;  // so what seems to belong to nothing may yet belong to something
  std::int64_t last_block_fn_ = 0;
  std::string last_block_id_;
  std::int64_t open_body_ = -1;  // of open_block_, the last one that was looked into
  std::optional<codec::BlockReader> open_block_;
};

}  // namespace fnstore::sqlite
