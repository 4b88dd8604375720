#include "sqlite/block_merge.h"

#include "sqlite/block_groups.h"
#include "sqlite/page_fit.h"

#include <algorithm>
#include <iterator>
#include <set>
#include <span>
#include <utility>

namespace fnstore::sqlite {
namespace {

using codec::CallEntry;

/// A gap between two full blocks gets blocks of its own from this many calls on; fewer are merged
/// into the block before, or history filled out of order would end in crumbs.
constexpr std::size_t worth_own_block = codec::block_calls / 2;

/// Parts of a plan that wait to be encoded: each may keep a block in memory.
constexpr std::size_t most_open_parts = 4;

/// How often a block is cut anew to fit better into a page.
constexpr int most_trials = 2;

using Calls = std::vector<const CallEntry*>;

bool below(const CallEntry* call, const std::string& id) {
  return call->id.view() < id;
}

/// Calls that belong to one block or to the space after it.
struct Run {
  std::optional<BlockHeader> owner;
  bool last = true;  // no block follows
  std::span<const CallEntry* const> calls;
};

Run next_run(Connection& connection, std::uint32_t fn_no, std::span<const CallEntry* const> rest) {
  Run run;
  run.owner = block_at_or_below(connection, fn_no, std::string(rest.front()->id.view()));
  if (!run.owner) run.owner = block_above(connection, fn_no, std::string());
  run.calls = rest;
  if (!run.owner) return run;
  const auto next = block_above(connection, fn_no, run.owner->summary.min_id);
  if (!next) return run;
  run.last = false;
  const auto end = std::lower_bound(rest.begin(), rest.end(), next->summary.min_id, below);
  run.calls = rest.first(static_cast<std::size_t>(end - rest.begin()));
  return run;
}

/// The calls of the next block, at most `most`; with `evenly` all that follow are about as long.
std::size_t next_count(std::span<const CallEntry* const> calls, std::size_t most, bool evenly) {
  std::size_t size = std::min(most, calls.size());
  if (evenly) {
    const std::size_t parts = (calls.size() + most - 1) / most;
    size = (calls.size() + parts - 1) / parts;
  }
  std::size_t count = 0;
  for (std::size_t bytes = 0; count < size && bytes < codec::block_soft_bytes; ++count) {
    const CallEntry& call = *calls[count];
    bytes += call.error.size() + call.trigger_id.size() + call.stats.size();
  }
  return count;
}

std::size_t bytes_of(const codec::EncodedBlock& block) {
  return block.columns.size() + block.texts.size() + block.stats.size();
}

void append(std::vector<codec::EncodedBlock>& to, std::vector<codec::EncodedBlock> from) {
  std::move(from.begin(), from.end(), std::back_inserter(to));
}

/// Whether a block is as long as blocks of calls like its are cut.
bool is_full(Connection& connection, const BlockHeader& header) {
  const std::size_t calls = header.summary.calls;
  if (calls >= codec::block_calls) return true;
  if (calls < codec::block_calls / 4) return false;
  return calls_for_pages(calls, body_bytes(connection, header)) <= calls;
}

}  // namespace

std::vector<codec::EncodedBlock> cut_into_blocks(std::span<const CallEntry* const> calls,
                                                 bool evenly) {
  std::vector<codec::EncodedBlock> blocks;
  std::size_t most = codec::block_calls;
  while (!calls.empty()) {
    std::size_t count = next_count(calls, most, evenly);
    codec::EncodedBlock block = codec::encode_block(calls.first(count));
    for (int trial = 0; trial < most_trials && is_worth_cutting(count, bytes_of(block)); ++trial) {
      count = next_count(calls, calls_for_pages(count, bytes_of(block)), evenly);
      block = codec::encode_block(calls.first(count));
    }
    most = calls_for_pages(count, bytes_of(block));
    blocks.push_back(std::move(block));
    calls = calls.subspan(count);
  }
  return blocks;
}

MergePlan::MergePlan(Connection& connection, std::uint32_t fn_no,
                     std::span<const CallEntry* const> calls) {
  while (!calls.empty()) {
    const Run run = next_run(connection, fn_no, calls);
    if (parts_.size() == most_open_parts) encode_parts();
    add_part(connection, run.owner, run.last, run.calls);
    calls = calls.subspan(run.calls.size());
  }
}

void MergePlan::add_part(Connection& connection, const std::optional<BlockHeader>& owner, bool last,
                         std::span<const CallEntry* const> calls) {
  if (!owner) {
    parts_.push_back({std::nullopt, calls, true, false});
    return;
  }
  const bool follow = calls.front()->id.view() > owner->summary.max_id;
  if (follow && is_full(connection, *owner) && (last || calls.size() >= worth_own_block)) {
    parts_.push_back({std::nullopt, calls, true, !last});
    return;
  }
  parts_.push_back({open_whole_block(connection, *owner), calls, follow, !(follow && last)});
  change_.removed.push_back({owner->summary.min_id, owner->body_no});
}

void MergePlan::encode_parts() {
  for (Part& part : parts_) {
    std::vector<CallEntry> packed;
    if (part.packed) packed = entries_of(*part.packed);
    Calls calls;
    calls.reserve(packed.size() + part.calls.size());
    for (const CallEntry& call : packed) calls.push_back(&call);
    const auto middle = static_cast<std::ptrdiff_t>(calls.size());
    calls.insert(calls.end(), part.calls.begin(), part.calls.end());
    if (!part.follow) {
      std::inplace_merge(calls.begin(), calls.begin() + middle, calls.end(),
                         [](const CallEntry* a, const CallEntry* b) { return a->id < b->id; });
    }
    append(change_.added, cut_into_blocks(calls, part.evenly));
  }
  parts_.clear();
}

BlockChange MergePlan::encode() {
  encode_parts();
  return std::move(change_);
}

BlockChange plan_merge(Connection& connection, std::uint32_t fn_no,
                       std::span<const CallEntry* const> calls) {
  return MergePlan(connection, fn_no, calls).encode();
}

void apply_change(Connection& connection, std::uint32_t fn_no, const BlockChange& change,
                  std::int64_t& next_body_no) {
  std::set<std::string> changed;
  for (const BlockChange::Removed& block : change.removed) {
    delete_header(connection, fn_no, block.min_id, block.body_no);
    changed.insert(block.min_id);
  }
  std::size_t reused = 0;
  for (const codec::EncodedBlock& block : change.added) {
    const bool reuse = reused < change.removed.size();
    const std::int64_t body_no = reuse ? change.removed[reused++].body_no : next_body_no++;
    put_block(connection, fn_no, body_no, block);
    changed.insert(block.summary.min_id);
  }
  for (; reused < change.removed.size(); ++reused) {
    delete_body(connection, change.removed[reused].body_no);
  }
  refresh_groups(connection, fn_no, changed);
}

}  // namespace fnstore::sqlite
