#include "sqlite/pruner.h"

#include "sqlite/block_scan.h"
#include "sqlite/slices.h"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <map>
#include <numeric>
#include <tuple>
#include <utility>

namespace fnstore::sqlite {
namespace {

constexpr const char* sql_pages = "PRAGMA page_count";
constexpr const char* sql_free_pages = "PRAGMA freelist_count";
constexpr const char* sql_page_size = "PRAGMA page_size";

std::uint64_t number(Connection& connection, const char* sql) {
  SQLite::Statement& query = connection.statement(sql);
  const std::int64_t value = query.executeStep() ? query.getColumn(0).getInt64() : 0;
  query.reset();
  return static_cast<std::uint64_t>(value);
}

void add(PruneResult& result, const PruneCounts& counts) {
  for (std::size_t i = 0; i < counts.size(); ++i) {
    result.by_status[i] += counts[i];
    result.calls += counts[i];
  }
}

std::uint64_t sum(const PruneCounts& counts) {
  return std::accumulate(counts.begin(), counts.end(), std::uint64_t{0});
}

/// Calls that were created in [from, to], as evenly as they may have been.
struct Stretch {
  std::int64_t from = 0;
  std::int64_t to = 0;
  double calls = 0;

  double before(std::int64_t time) const {
    if (time <= from) return 0;
    if (time > to) return calls;
    return calls * static_cast<double>(time - from) / static_cast<double>(to - from + 1);
  }
};

/// Those of a block's calls that the selection takes, with the times that they have.
Stretch stretch_of(Connection& connection, const BlockHeader& header, const Matcher& matcher,
                   const PruneSelection& selection) {
  const codec::BlockSummary& summary = header.summary;
  if (matcher.matches_whole(summary) && selection.allows(summary.max_id)) {
    return {summary.min_created, summary.max_created, static_cast<double>(summary.calls)};
  }
  Stretch stretch{INT64_MAX, INT64_MIN, 0};
  codec::BlockReader block = open_block(connection, header);
  for (std::size_t i = 0; i < block.size(); ++i) {
    if (!matcher.matches(block, i, {}) || !selection.allows(block.id(i).view())) continue;
    stretch.from = std::min(stretch.from, block.created(i));
    stretch.to = std::max(stretch.to, block.created(i));
    stretch.calls += 1;
  }
  return stretch;
}

/// The same cuts, each narrowed to what was created before a time.
Pruner::CutsOf older_than(const Pruner::CutsOf& cuts, Timestamp time) {
  return [cuts, time](std::string_view fn_id) {
    std::vector<PruneCut> narrowed = cuts(fn_id);
    for (PruneCut& cut : narrowed) cut.before = std::min(cut.before.value_or(time), time);
    return narrowed;
  };
}

/// The time before which about `wanted` calls were created, and at least one.
std::int64_t time_before(const std::vector<Stretch>& stretches, double wanted) {
  std::int64_t low = stretches.front().from;
  std::int64_t high = low;
  for (const Stretch& stretch : stretches) {
    low = std::min(low, stretch.from);
    high = std::max(high, stretch.to);
  }
  const std::int64_t least = low + 1;
  high += 1;
  while (low + 1 < high) {
    const std::int64_t middle = low + (high - low) / 2;
    double calls = 0;
    for (const Stretch& stretch : stretches) calls += stretch.before(middle);
    (calls <= wanted ? low : high) = middle;
  }
  return std::max(least, low);
}

}  // namespace

Pruner::Pruner(ReadPool& pool, SharedIndex& shared, Writer& writer)
    : pool_(pool), shared_(shared), writer_(writer) {}

std::vector<Pruner::Candidate> Pruner::select(const CutsOf& cuts, bool count) {
  struct Source {
    std::uint32_t fn_no = 0;
    std::string_view fn_id;
    FunctionRows rows;
  };
  Snapshot snapshot(pool_, shared_);
  std::vector<Source> sources;
  for (const Function& function : snapshot.index().functions()) {
    if (function.calls.empty() && function.max_block_id.empty()) continue;
    Source source{function.fn_no, function.fn_id, {}};
    for (const RecentPointer& row : function.calls) {
      if (is_finished(row->call.status)) source.rows.push_back(row);
    }
    sources.push_back(std::move(source));
  }
  snapshot.release_index();
  std::vector<Candidate> candidates;
  Connection& connection = snapshot.connection();
  for (const Source& source : sources) {
    for (const PruneCut& cut : cuts(source.fn_id)) {
      auto selection = select_prunable(connection, source.fn_no, source.rows, cut);
      if (!selection) continue;
      Candidate candidate{std::move(*selection), {}};
      if (count) candidate.counts = count_prunable(connection, candidate.selection, source.rows);
      if (count && sum(candidate.counts) == 0) continue;
      candidates.push_back(std::move(candidate));
    }
  }
  return candidates;
}

void Pruner::remove(const std::vector<Candidate>& candidates, PruneResult& result, const Stop& stop,
                    const Progress& progress) {
  std::uint64_t total = 0;
  for (const Candidate& candidate : candidates) total += sum(candidate.counts);
  Slices slices(writer_);
  std::size_t at = 0;
  PrunePosition position;
  std::map<std::uint32_t, std::uint64_t> by_function;
  while (at < candidates.size() && !stop()) {
    std::vector<std::pair<std::uint32_t, PruneCounts>> slice;
    std::size_t next = at;
    PrunePosition reached;
    slices.run([&](WriteBatch& batch, const Slices::IsOver& is_over) {
      slice.clear();
      next = at;
      reached = position;
      do {
        const PruneSelection& selection = candidates[next].selection;
        reached.counts = {};
        batch.prune(selection, reached, is_over);
        slice.emplace_back(selection.fn_no, reached.counts);
        if (!reached.done) continue;
        reached = {};
        ++next;
      } while (next < candidates.size() && !is_over());
    });
    at = next;
    position = std::move(reached);
    for (const auto& [fn_no, counts] : slice) {
      add(result, counts);
      if (sum(counts) > 0) by_function[fn_no] += sum(counts);
    }
    if (progress) progress(std::min(result.calls, total), total);
  }
  slices.make_durable();
  result.functions += by_function.size();
}

PruneResult Pruner::run(const CutsOf& cuts, const Stop& stop) {
  PruneResult result;
  remove(select(cuts, false), result, stop, {});
  return result;
}

std::uint64_t Pruner::used_bytes() {
  Snapshot snapshot(pool_, shared_);
  snapshot.release_index();
  Connection& connection = snapshot.connection();
  return (number(connection, sql_pages) - number(connection, sql_free_pages)) *
         number(connection, sql_page_size);
}

/// Before which time calls must go so that about `part` of what is too much goes with them; nothing
/// when there is nothing too much, or nothing left to go.
std::optional<Timestamp> Pruner::time_of_oldest(const CutsOf& cuts, std::uint64_t max_bytes,
                                                double part) {
  const auto used = static_cast<double>(used_bytes());
  const auto wanted = static_cast<double>(max_bytes);
  if (used <= wanted) return std::nullopt;
  const std::vector<Candidate> candidates = select(cuts, false);
  std::vector<Stretch> stretches;
  Snapshot snapshot(pool_, shared_);
  for (const Candidate& candidate : candidates) {
    const PruneSelection& selection = candidate.selection;
    const Matcher matcher(selection.filter);
    for (const RecentPointer& row : snapshot.index().functions()[selection.fn_no - 1].calls) {
      const codec::CallEntry& call = row->call;
      if (!is_finished(call.status) || !matcher.matches(call)) continue;
      if (selection.allows(call.id.view())) stretches.push_back({call.created, call.created, 1});
    }
  }
  snapshot.release_index();
  Connection& connection = snapshot.connection();
  for (const Candidate& candidate : candidates) {
    const Matcher matcher(candidate.selection.filter);
    BlockScan scan(connection, matcher, candidate.selection.fn_no);
    while (const BlockHeader* const header = scan.next()) {
      if (!candidate.selection.allows(header->summary.min_id)) break;
      const Stretch stretch = stretch_of(connection, *header, matcher, candidate.selection);
      if (stretch.calls > 0) stretches.push_back(stretch);
    }
  }
  if (stretches.empty()) return std::nullopt;
  double calls = 0;
  for (const Stretch& stretch : stretches) calls += stretch.calls;
  const double share = (used - wanted) / used;
  const double least = std::max(1.0, calls / 2'000);
  const std::int64_t time = time_before(stretches, std::max(least, calls * share) * part);
  return Timestamp(std::chrono::milliseconds(time));
}

PruneResult Pruner::shrink(const CutsOf& cuts, std::uint64_t max_bytes, const Stop& stop) {
  // What goes is estimated, so it is neared from below. A step that met no call asks for more.
  constexpr double first_part = 2.0 / 3;
  constexpr double most_part = 1e9;  // more than all there is
  PruneResult result;
  double part = first_part;
  while (!stop() && part < most_part) {
    const std::optional<Timestamp> time = time_of_oldest(cuts, max_bytes, part);
    if (!time) break;
    const PruneResult step = run(older_than(cuts, *time), stop);
    for (std::size_t i = 0; i < step.by_status.size(); ++i) {
      result.by_status[i] += step.by_status[i];
    }
    result.calls += step.calls;
    result.functions = std::max(result.functions, step.functions);
    part = step.calls == 0 ? 2 * part : first_part;
  }
  return result;
}

PruneResult Pruner::run(const PruneRequest& request) {
  const CutsOf cuts = [&](std::string_view fn_id) -> std::vector<PruneCut> {
    if (!request.fn_id.empty() && fn_id != request.fn_id) return {};
    return {{request.status, request.before, request.keep_last}};
  };
  const Stop never = [] { return false; };
  if (request.max_bytes && !request.dry_run) return shrink(cuts, *request.max_bytes, never);
  PruneResult result;
  CutsOf chosen = cuts;
  if (request.max_bytes) {
    const std::optional<Timestamp> time = time_of_oldest(cuts, *request.max_bytes, 1);
    if (!time) return result;
    chosen = older_than(cuts, *time);
  }
  const std::vector<Candidate> candidates =
      select(chosen, request.dry_run || request.progress != nullptr);
  if (!request.dry_run) {
    remove(candidates, result, never, request.progress);
    return result;
  }
  std::map<std::uint32_t, bool> functions;
  for (const Candidate& candidate : candidates) {
    add(result, candidate.counts);
    functions[candidate.selection.fn_no] = true;
  }
  result.functions = functions.size();
  return result;
}

}  // namespace fnstore::sqlite
