#include "sqlite/statistics.h"

#include "sqlite/block_scan.h"
#include "sqlite/tally.h"

#include <algorithm>
#include <limits>
#include <map>
#include <numeric>
#include <optional>
#include <utility>

namespace fnstore::sqlite {
namespace {

constexpr std::int64_t hour_ms = 3'600'000;
constexpr std::int64_t day_ms = 24 * hour_ms;
constexpr std::uint64_t calls_between_reports = 1 << 17;

/// A function's calls that are to be looked at.
struct Source {
  std::uint32_t fn_no = 0;
  std::string_view fn_id;
  bool packed = false;
  std::vector<RecentPointer> rows;  // that match
  std::optional<BlockScan> blocks;
};

class Collector {
 public:
  Collector(Snapshot& snapshot, const StatisticsRequest& request)
      : snapshot_(snapshot), request_(request), matcher_(request.filter, snapshot.index()) {}

  Statistics collect();

 private:
  void select();
  void select(const Function& function);
  void measure();
  void include(std::int64_t first, std::int64_t last);
  void take_row(const codec::CallEntry& call, std::uint32_t fn_no);
  void take_block(const BlockHeader& header, std::uint32_t fn_no);
  void pick(codec::BlockReader& block, bool whole);
  void count_errors(const BlockHeader& header, codec::BlockReader& block);
  void count_times(const BlockHeader& header, codec::BlockReader& block, bool whole);
  std::optional<std::int64_t> group_of_all(const codec::BlockSummary& block,
                                           std::uint32_t fn_no) const;
  std::int64_t group_of(codec::BlockReader& block, std::size_t call) const;
  std::int64_t group_of(const codec::CallEntry& call, std::uint32_t fn_no) const;
  Tally& tally(std::int64_t group);
  std::string key_of(std::int64_t group);
  void close_function(const Source& source);
  void advance(std::uint64_t calls);
  void report_groups();

  Snapshot& snapshot_;
  const StatisticsRequest& request_;
  Matcher matcher_;
  std::vector<Source> sources_;
  std::uint64_t total_ = 0;
  std::uint64_t done_ = 0;
  std::uint64_t reported_ = 0;
  std::int64_t first_ = std::numeric_limits<std::int64_t>::max();  // created of all, at the widest
  std::int64_t last_ = std::numeric_limits<std::int64_t>::min();
  std::map<std::int64_t, Tally> groups_;  // by a number that stands for the key
  std::pair<std::int64_t, Tally*> last_group_{0, nullptr};
  Tally all_;
  ReasonCounts reasons_;
  Timeline timeline_;
  std::vector<std::size_t> picked_;  // the calls of a block that match
  std::map<std::size_t, std::pair<std::size_t, std::uint64_t>> errors_;  // by number: a call, count
  Statistics result_;
};

void Collector::select(const Function& function) {
  const bool packed = !function.max_block_id.empty();
  Source source{function.fn_no, function.fn_id, packed, {}, std::nullopt};
  for (const RecentPointer& row : function.calls) {
    if (matcher_.matches(row->call)) source.rows.push_back(row);
  }
  if (packed || !source.rows.empty()) sources_.push_back(std::move(source));
}

void Collector::select() {
  if (!matcher_.matches_nothing()) {
    const RecentIndex& index = snapshot_.index();
    if (request_.filter.fn_id.empty()) {
      for (const Function& function : index.functions()) select(function);
    } else if (const Function* const one = index.find_function(request_.filter.fn_id)) {
      select(*one);
    }
  }
  snapshot_.release_index();
  for (Source& source : sources_) {  // reads the file, so not while writers wait for the index
    if (source.packed) source.blocks.emplace(snapshot_.connection(), matcher_, source.fn_no);
  }
}

void Collector::include(std::int64_t first, std::int64_t last) {
  if (request_.filter.from_time) {
    first = std::max(first, request_.filter.from_time->time_since_epoch().count() + 1);
  }
  if (request_.filter.to_time) {
    last = std::min(last, request_.filter.to_time->time_since_epoch().count() - 1);
  }
  first_ = std::min(first_, first);
  last_ = std::max(last_, last);
}

/// How much there is to look at, and of which times.
void Collector::measure() {
  for (const Source& source : sources_) {
    total_ += source.rows.size();
    for (const RecentPointer& row : source.rows) include(row->call.created, row->call.created);
    if (!source.blocks) continue;
    for (const BlockGroup& group : source.blocks->groups()) {
      if (!matcher_.may_match(group)) continue;
      total_ += group.calls;
      include(group.min_created, group.max_created);
    }
  }
  const bool wanted = request_.timeline_points > 0 && first_ <= last_;
  if (wanted) timeline_ = Timeline(first_, last_, request_.timeline_points);
}

/// The number of the group that all calls of a block belong to, when its summary tells.
std::optional<std::int64_t> Collector::group_of_all(const codec::BlockSummary& block,
                                                    std::uint32_t fn_no) const {
  switch (request_.by) {
    case GroupBy::function:
      return fn_no;
    case GroupBy::app:
      if (block.min_app == block.max_app) return block.min_app;
      return std::nullopt;
    case GroupBy::type:
      for (int type = 0; type < call_type_count; ++type) {
        if (block.type_mask == 1U << static_cast<unsigned>(type)) return type;
      }
      return std::nullopt;
    case GroupBy::hour:
    case GroupBy::day: {
      const std::int64_t step = request_.by == GroupBy::hour ? hour_ms : day_ms;
      const std::int64_t first = floor_to(block.min_created, step);
      if (first == floor_to(block.max_created, step)) return first;
      return std::nullopt;
    }
    case GroupBy::nothing:
      break;
  }
  return 0;
}

std::int64_t Collector::group_of(codec::BlockReader& block, std::size_t call) const {
  if (request_.by == GroupBy::app) return block.app_no(call);
  if (request_.by == GroupBy::type) return static_cast<std::int64_t>(block.type(call));
  return floor_to(block.created(call), request_.by == GroupBy::hour ? hour_ms : day_ms);
}

std::int64_t Collector::group_of(const codec::CallEntry& call, std::uint32_t fn_no) const {
  if (request_.by == GroupBy::nothing) return 0;
  if (request_.by == GroupBy::function) return fn_no;
  if (request_.by == GroupBy::app) return call.app_no;
  if (request_.by == GroupBy::type) return static_cast<std::int64_t>(call.type);
  return floor_to(call.created, request_.by == GroupBy::hour ? hour_ms : day_ms);
}

Tally& Collector::tally(std::int64_t group) {
  if (request_.by == GroupBy::nothing) return all_;
  if (last_group_.second == nullptr || last_group_.first != group) {
    last_group_ = {group, &groups_[group]};
  }
  return *last_group_.second;
}

void Collector::take_row(const codec::CallEntry& call, std::uint32_t fn_no) {
  Tally& group = tally(group_of(call, fn_no));
  group.count(call.status);
  const bool started = call.started != codec::no_time;
  const bool ended = call.completed != codec::no_time;
  group.add_durations(started ? call.started - call.created : codec::no_time,
                      started && ended ? call.completed - call.started : codec::no_time);
  const bool failed = call.status == Status::error;
  if (timeline_.wanted()) timeline_.add(call.created, 1, failed ? 1 : 0);
  if (failed || call.status == Status::cancelled) reasons_.add(call.error, 1);
  advance(1);
}

void Collector::pick(codec::BlockReader& block, bool whole) {
  picked_.clear();
  if (whole) {
    picked_.resize(block.size());
    std::iota(picked_.begin(), picked_.end(), std::size_t{0});
    return;
  }
  const std::vector<bool> wanted_errors = matcher_.wanted_errors(block);
  for (std::size_t i = 0; i < block.size(); ++i) {
    if (matcher_.matches(block, i, wanted_errors)) picked_.push_back(i);
  }
}

void Collector::count_errors(const BlockHeader& header, codec::BlockReader& block) {
  if (header.summary.errors + header.summary.cancelled == 0) return;
  supply_texts(snapshot_.connection(), header, block);
  errors_.clear();
  for (const std::size_t i : picked_) {
    if (block.status(i) == Status::success) continue;
    ++errors_.try_emplace(block.error_number(i), i, 0).first->second.second;
  }
  for (const auto& [number, found] : errors_) reasons_.add(block.error(found.first), found.second);
}

void Collector::count_times(const BlockHeader& header, codec::BlockReader& block, bool whole) {
  if (!timeline_.wanted()) return;
  const codec::BlockSummary& summary = header.summary;
  if (whole && timeline_.in_one_step(summary.min_created, summary.max_created)) {
    timeline_.add(summary.min_created, summary.calls, summary.errors);
    return;
  }
  for (const std::size_t i : picked_) {
    timeline_.add(block.created(i), 1, block.status(i) == Status::error ? 1 : 0);
  }
}

void Collector::take_block(const BlockHeader& header, std::uint32_t fn_no) {
  codec::BlockReader block = open_columns(snapshot_.connection(), header);
  if (matcher_.reads_texts()) supply_texts(snapshot_.connection(), header, block);
  const codec::BlockSummary& summary = header.summary;
  const bool whole = matcher_.matches_whole(summary);
  pick(block, whole);
  const std::optional<std::int64_t> group = group_of_all(summary, fn_no);
  if (group && !picked_.empty()) {
    Tally& one = tally(*group);
    if (whole) {
      one.count(Status::error, summary.errors);
      one.count(Status::cancelled, summary.cancelled);
      one.count(Status::success, summary.calls - summary.errors - summary.cancelled);
    }
    for (const std::size_t i : picked_) {
      if (!whole) one.count(block.status(i));
      one.add_durations(block.wait(i), block.run(i));
    }
  } else {
    for (const std::size_t i : picked_) {
      Tally& one = tally(group_of(block, i));
      one.count(block.status(i));
      one.add_durations(block.wait(i), block.run(i));
    }
  }
  count_errors(header, block);
  count_times(header, block, whole);
  advance(summary.calls);
}

void Collector::advance(std::uint64_t calls) {
  done_ += calls;
  if (!request_.progress || done_ - reported_ < calls_between_reports) return;
  reported_ = done_;
  request_.progress(std::min(done_, total_), total_);
}

/// A function is summed up as soon as it is through, so that only one is in memory.
void Collector::close_function(const Source& source) {
  const auto found = groups_.find(source.fn_no);
  if (found == groups_.end()) return;
  all_.add(found->second);
  result_.groups.push_back(found->second.summary(std::string(source.fn_id)));
  groups_.erase(found);
  last_group_ = {0, nullptr};
}

std::string Collector::key_of(std::int64_t group) {
  if (request_.by == GroupBy::app) return snapshot_.app(static_cast<std::uint32_t>(group)).app_id;
  if (request_.by == GroupBy::type) return std::string(to_string(static_cast<CallType>(group)));
  return format_rfc3339(Timestamp(std::chrono::milliseconds(group)));
}

void Collector::report_groups() {
  std::map<std::string, Tally> by_key;  // apps of one id may have several names
  for (auto& [group, tally] : groups_) {
    all_.add(tally);
    const auto [place, added] = by_key.try_emplace(key_of(group));
    if (added) {
      place->second = std::move(tally);
    } else {
      place->second.add(tally);
    }
  }
  for (const auto& [key, tally] : by_key) result_.groups.push_back(tally.summary(key));
  std::ranges::sort(result_.groups, {}, &CallSummary::key);
}

Statistics Collector::collect() {
  select();
  measure();
  for (Source& source : sources_) {
    for (const RecentPointer& row : source.rows) take_row(row->call, source.fn_no);
    if (source.blocks) {
      while (const BlockHeader* const header = source.blocks->next()) {
        take_block(*header, source.fn_no);
      }
    }
    if (request_.by == GroupBy::function) close_function(source);
  }
  report_groups();
  result_.all = all_.summary("");
  reasons_.report(result_);
  if (timeline_.wanted()) timeline_.report(result_);
  return std::move(result_);
}

}  // namespace

Statistics collect_statistics(Snapshot& snapshot, const StatisticsRequest& request) {
  return Collector(snapshot, request).collect();
}

}  // namespace fnstore::sqlite
