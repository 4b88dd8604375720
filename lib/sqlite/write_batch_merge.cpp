#include "sqlite/block_scan.h"
#include "sqlite/matcher.h"
#include "sqlite/write_batch.h"

#include <algorithm>
#include <deque>
#include <utility>

namespace fnstore::sqlite {
namespace {

/// Blocks looked at in one step, where nothing is found to merge.
constexpr int most_looked_at = 1'024;

/// Beyond a block, whatever its header says: damage must neither lead backwards nor in a circle.
const std::string& end_of(const BlockHeader& header) {
  return std::max(header.summary.min_id, header.summary.max_id);
}

std::size_t calls_of(const BlockHeader& header) {
  return std::max<std::size_t>(1, header.summary.calls);
}

}  // namespace

/// Takes as many neighbours as fit into one block, and writes them as one.
bool WriteBatch::merge_blocks(std::uint32_t fn_no, std::string& after_id) {
  const Matcher every{CallFilter{}};
  BlockScan scan(connection_, every, fn_no, after_id);
  std::vector<BlockHeader> run;
  std::size_t calls = 0;
  for (int looked_at = 0; looked_at < most_looked_at; ++looked_at) {
    const BlockHeader* const header = scan.next();
    const bool fits = header != nullptr && calls + calls_of(*header) <= codec::block_calls;
    if (fits || (header != nullptr && run.empty())) {
      run.push_back(*header);
      calls += calls_of(*header);
      continue;
    }
    if (run.size() > 1 && merge_run(fn_no, run)) {
      after_id = end_of(run.back());
      return true;
    }
    if (header == nullptr) return false;
    after_id = end_of(run.back());
    run.assign(1, *header);
    calls = calls_of(*header);
  }
  return true;
}

/// False when that would save no block: texts, stats and full pages close a block early.
bool WriteBatch::merge_run(std::uint32_t fn_no, const std::vector<BlockHeader>& run) {
  std::deque<std::vector<codec::CallEntry>> parts;
  std::vector<const codec::CallEntry*> calls;
  BlockChange change;
  for (const BlockHeader& header : run) {
    parts.push_back(read_block(connection_, header));
    for (const codec::CallEntry& call : parts.back()) calls.push_back(&call);
    change.removed.push_back({header.summary.min_id, header.body_no});
  }
  change.added = cut_into_blocks(calls, false);
  if (change.added.size() >= change.removed.size()) return false;
  change_blocks(fn_no, change, std::nullopt);
  return true;
}

}  // namespace fnstore::sqlite
