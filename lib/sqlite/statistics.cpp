#include "sqlite/statistics.h"

#include "sqlite/block_scan.h"
#include "sqlite/tally.h"

#include <algorithm>
#include <limits>
#include <map>
#include <optional>
#include <utility>

namespace fnstore::sqlite {
namespace {

constexpr std::int64_t hour_ms = 3'600'000;
constexpr std::int64_t day_ms = 24 * hour_ms;
constexpr std::uint64_t calls_between_reports = 1 << 17;

/// What is known of so many calls, or of so many groups of them, fits into some dozen MiB.
constexpr std::uint64_t calls_at_once = 250'000;
constexpr std::int64_t groups_at_once = 128;

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
  std::int64_t part_of_time() const;
  void take_part(std::int64_t first, std::int64_t last);
  void take_all();
  void include(std::int64_t first, std::int64_t last);
  void take_row(const codec::CallEntry& call, std::uint32_t fn_no);
  void take_block(const BlockHeader& header, std::uint32_t fn_no);
  void take_whole(const BlockHeader& header, Tally& tally);
  void take_picked(codec::BlockReader& block, bool all, const std::optional<std::int64_t>& group);
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
  bool in_parts_ = false;
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
  // Of the block that is looked at:
  std::vector<std::int64_t> waits_;
  std::vector<std::int64_t> runs_;
  std::vector<std::int64_t> created_;  // where it is needed
  std::vector<std::size_t> picked_;    // the calls that match, where not all do
  std::vector<std::size_t> failed_;    // those of them that did not succeed
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
  for (Source& source : sources_) {
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

/// Which calls of a block match, which of them did not succeed, and how long all of it took.
void Collector::pick(codec::BlockReader& block, bool whole) {
  waits_.resize(block.size());
  runs_.resize(block.size());
  block.read_waits(waits_);
  block.read_runs(runs_);
  picked_.clear();
  failed_.clear();
  block.read_failures(failed_);
  if (whole) return;
  const std::vector<bool> wanted_errors = matcher_.wanted_errors(block);
  std::vector<bool> picks(block.size());
  for (std::size_t i = 0; i < block.size(); ++i) {
    picks[i] = matcher_.matches(block, i, wanted_errors);
    if (picks[i]) picked_.push_back(i);
  }
  std::erase_if(failed_, [&](std::size_t i) { return !picks[i]; });
}

void Collector::count_errors(const BlockHeader& header, codec::BlockReader& block) {
  if (failed_.empty()) return;
  supply_texts(snapshot_.connection(), header, block);
  errors_.clear();
  for (const std::size_t i : failed_) {
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
  created_.resize(block.size());
  block.read_created(created_);
  if (whole) {
    timeline_.add(created_);
  } else {
    for (const std::size_t i : picked_) timeline_.add(created_[i], 1, 0);
  }
  for (const std::size_t i : failed_) {
    timeline_.add(created_[i], 0, block.status(i) == Status::error ? 1 : 0);
  }
}

/// All calls of a block that belong to one group.
void Collector::take_whole(const BlockHeader& header, Tally& tally) {
  const codec::BlockSummary& summary = header.summary;
  tally.count(Status::error, summary.errors);
  tally.count(Status::cancelled, summary.cancelled);
  tally.count(Status::success, summary.calls - summary.errors - summary.cancelled);
  tally.add_durations(waits_, runs_);
}

/// The calls picked of a block; `all` when every call was.
void Collector::take_picked(codec::BlockReader& block, bool all,
                            const std::optional<std::int64_t>& group) {
  const std::size_t calls = all ? block.size() : picked_.size();
  for (std::size_t at = 0; at < calls; ++at) {
    const std::size_t i = all ? at : picked_[at];
    Tally& one = tally(group ? *group : group_of(block, i));
    one.count(block.status(i));
    one.add_durations(waits_[i], runs_[i]);
  }
}

void Collector::take_block(const BlockHeader& header, std::uint32_t fn_no) {
  codec::BlockReader block = open_columns(snapshot_.connection(), header);
  if (matcher_.reads_texts()) supply_texts(snapshot_.connection(), header, block);
  const bool whole = matcher_.matches_whole(header.summary);
  pick(block, whole);
  const std::optional<std::int64_t> group = group_of_all(header.summary, fn_no);
  if (whole && group) {
    take_whole(header, tally(*group));
  } else {
    take_picked(block, whole, group);
  }
  count_errors(header, block);
  count_times(header, block, whole);
  const std::uint64_t picked = whole ? block.size() : picked_.size();
  advance(in_parts_ ? picked : header.summary.calls);
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
  groups_.clear();
  last_group_ = {0, nullptr};
  std::ranges::sort(result_.groups, {}, &CallSummary::key);
}

void Collector::take_all() {
  for (Source& source : sources_) {
    for (const RecentPointer& row : source.rows) {
      if (!in_parts_ || matcher_.matches(row->call)) take_row(row->call, source.fn_no);
    }
    if (source.blocks) {
      while (const BlockHeader* const header = source.blocks->next()) {
        take_block(*header, source.fn_no);
      }
    }
    if (request_.by == GroupBy::function) close_function(source);
  }
  report_groups();
}

/// Only what was created in [first, last].
void Collector::take_part(std::int64_t first, std::int64_t last) {
  const Matcher all = matcher_;
  matcher_ = all.between(first, last);
  for (Source& source : sources_) {
    if (source.packed) source.blocks.emplace(snapshot_.connection(), matcher_, source.fn_no);
  }
  take_all();
  matcher_ = all;
}

/// How long a part of the history may be whose hours or days fit into memory together; 0: all of
/// it.
std::int64_t Collector::part_of_time() const {
  if (request_.by != GroupBy::hour && request_.by != GroupBy::day) return 0;
  if (first_ > last_) return 0;
  const std::int64_t step = request_.by == GroupBy::hour ? hour_ms : day_ms;
  const std::int64_t groups = (floor_to(last_, step) - floor_to(first_, step)) / step + 1;
  const auto by_calls = static_cast<std::int64_t>((total_ + calls_at_once - 1) / calls_at_once);
  const std::int64_t by_groups = (groups + groups_at_once - 1) / groups_at_once;
  const std::int64_t parts = std::min(by_calls, by_groups);
  return parts <= 1 ? 0 : (groups + parts - 1) / parts * step;
}

Statistics Collector::collect() {
  select();
  measure();
  const std::int64_t length = part_of_time();
  in_parts_ = length > 0;
  if (!in_parts_) {
    take_all();
  } else {
    const std::int64_t step = request_.by == GroupBy::hour ? hour_ms : day_ms;
    for (std::int64_t at = floor_to(first_, step); at <= last_; at += length) {
      take_part(at, at + length - 1);
    }
  }
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
