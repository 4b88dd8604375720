#pragma once

#include "codec/block.h"
#include "sqlite/handle_statement.h"
#include "sqlite/recent_index.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace fnstore::sqlite {

/// Where one call stands that is not packed, with what a filter asks most often.
struct RowPlace {
  std::uint32_t fn_no = 0;
  codec::IdText id;
  std::int64_t row_no = 0;
  Status status = Status::queued;
  std::int64_t created = 0;
  std::shared_ptr<const codec::CallEntry> batched;  // all of it, when it is in row_batches
};

/// A row of fns.
struct StoredFunction {
  std::uint32_t fn_no = 0;
  std::string fn_id;
  std::int64_t packed_to = 0;
  bool has_blocks = false;
};

/// The functions and the calls that are not packed, as of one commit. Never changes.
struct CallsSnapshot {
  std::int64_t commit_seq = 0;
  std::vector<StoredFunction> functions;                        // by fn_no, from 1 without gaps
  std::unordered_map<std::string_view, std::uint32_t> numbers;  // fn_no by fn_id
  std::vector<RowPlace> rows;                                   // by (fn_no, id), rising

  std::span<const RowPlace> rows_of(std::uint32_t fn_no) const;
};

/// What is known of a block or a group without reading it.
struct StoredSummary {
  std::uint64_t calls = 0;
  std::uint64_t errors = 0;
  std::uint64_t cancelled = 0;
  std::int64_t min_created = 0;
  std::int64_t max_created = 0;
};

struct StoredBlock {
  std::string min_id;
  std::string max_id;
  StoredSummary summary;
  std::int64_t body_no = 0;
  std::uint64_t checksum = 0;
};

struct StoredGroup {
  std::string fence_id;
  StoredSummary summary;
};

/// Every tier of a store, read through a connection that somebody else owns: no index in memory is
/// needed, so it works in any process that has the file open. All of it is read within the
/// transaction of the statement that runs, and every method may throw Error or HandleFailure.
class CallsSource {
 public:
  explicit CallsSource(sqlite3* handle);

  /// The state of the running transaction; the same object again as long as nothing was committed.
  std::shared_ptr<const CallsSnapshot> snapshot();

  /// How many functions there are, about: for estimates.
  std::int64_t function_count();

  const App& app(std::uint32_t app_no);
  codec::CallEntry row(const RowPlace& place);

  /// Every group of a function, by fence, rising.
  std::vector<StoredGroup> groups(std::uint32_t fn_no);

  /// The least min_id from which blocks may hold the id; empty when that is the first.
  std::string first_block_for(std::uint32_t fn_no, std::string_view id);

  /// Runs over the blocks with from <= min_id < below, in order of id, until `take` returns true.
  /// `below` absent: to the end. Whether it did.
  template <typename Take>
  bool find_block(std::uint32_t fn_no, std::string_view from,
                  const std::optional<std::string>& below, bool rising, const Take& take) {
    HandleStatement& query = begin_blocks(fn_no, from, below, rising);
    const HandleRun run(query);
    while (query.step()) {
      if (take(block(query))) return true;
    }
    return false;
  }

  codec::BlockReader open(const StoredBlock& block);
  void supply_texts(const StoredBlock& block, codec::BlockReader& reader);
  void supply_stats(const StoredBlock& block, codec::BlockReader& reader);

 private:
  std::int64_t commit_seq();
  void load_functions(CallsSnapshot& made);
  struct LoadedPlace {
    RowPlace place;
    bool gone = false;
  };
  void load_rows(CallsSnapshot& made);
  void load_plain_rows(const CallsSnapshot& made, std::vector<LoadedPlace>& loaded);
  void load_batched_rows(const CallsSnapshot& made, std::vector<LoadedPlace>& loaded);
  HandleStatement& begin_blocks(std::uint32_t fn_no, std::string_view from,
                                const std::optional<std::string>& below, bool rising);
  static StoredBlock block(const HandleStatement& query);
  static std::string part(HandleStatement& query, std::int64_t body_no);

  HandleStatement state_;
  HandleStatement function_count_;
  HandleStatement functions_;
  HandleStatement rows_;
  HandleStatement row_;
  HandleStatement batches_;
  HandleStatement app_;
  HandleStatement groups_;
  HandleStatement first_block_;
  HandleStatement blocks_up_;
  HandleStatement blocks_down_;
  HandleStatement columns_;
  HandleStatement texts_;
  HandleStatement stats_;
  std::shared_ptr<const CallsSnapshot> snapshot_;
  std::unordered_map<std::uint32_t, App> apps_;
};

}  // namespace fnstore::sqlite
