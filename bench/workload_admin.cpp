#include "fnstore/call_id.h"
#include "fnstore/error.h"
#include "fnstore/retention.h"
#include "fnstore/statistics.h"

#include "admin_peer.h"
#include "call_plan.h"
#include "fresh_history.h"
#include "machine_floor.h"
#include "report.h"
#include "workload.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <fmt/format.h>
#include <functional>
#include <map>
#include <thread>
#include <vector>

namespace fnstore::bench {
namespace {

using std::chrono::steady_clock;
using namespace std::chrono_literals;

constexpr std::size_t insert_size = 65'536;
constexpr auto idle_time = 1s;

double milliseconds_of(const std::function<void()>& work) {
  const auto begun = steady_clock::now();
  work();
  return std::chrono::duration<double, std::milli>(steady_clock::now() - begun).count();
}

[[noreturn]] void fail_different(const std::string& peer, std::string_view what) {
  throw Error(Errc::corrupt, fmt::format("{} and fnstore disagree about {}", peer, what));
}

/// Inserts one call after the other until it is told to end, and keeps how long each took.
class SteadyWriter {
 public:
  explicit SteadyWriter(Store& store) : thread_([this, &store] { write(store); }) {}

  /// Milliseconds an insert.
  std::vector<double> stop() {
    stopped_ = true;
    thread_.join();
    return std::move(took_);
  }

 private:
  void write(Store& store) {
    Call call;
    call.fn_id = "the writer's own";
    call.status = Status::success;
    while (!stopped_) {
      call.id = new_call_id();
      took_.push_back(milliseconds_of([&] { store.insert(call); }));
    }
  }

  std::atomic<bool> stopped_{false};
  std::vector<double> took_;
  std::thread thread_;
};

class AdminRun {
 public:
  AdminRun(const Settings& settings, const CallPlan& plan)
      : settings_(settings),
        fresh_(settings),
        store_(Store::open(fresh_.path(), {.durability = settings.durability})),
        peers_(open_admin_peers(fresh_.path())) {
    fill(plan);
  }

  /// case name, who, milliseconds.
  using Take = std::function<void(const std::string&, const std::string&, double)>;

  void measure(const Take& take) {
    statistics(take);
    pages(take);
    prune(take);
  }

 private:
  void fill(const CallPlan& plan) {
    std::vector<Call> calls;
    for (std::size_t at = 0; at < plan.calls.size(); at += insert_size) {
      calls.resize(std::min(insert_size, plan.calls.size() - at));
      for (std::size_t i = 0; i < calls.size(); ++i) {
        make_call(plan, plan.calls[at + i], settings_.stats, calls[i]);
      }
      store_.insert(calls);
      for (const auto& peer : peers_) peer->insert(calls);
    }
    store_.pack();
    std::vector<std::int64_t> times;
    for (const PlannedCall& call : plan.calls) times.push_back(call.created_at);
    const auto tenth = times.begin() + static_cast<std::ptrdiff_t>(times.size() / 10);
    std::nth_element(times.begin(), tenth, times.end());
    tenth_ = Timestamp(std::chrono::milliseconds(*tenth));
  }

  void statistics(const Take& take) {
    Statistics by_function;
    take("top", "fnstore", milliseconds_of([&] {
           by_function = store_.statistics({.by = GroupBy::function});
           std::ranges::stable_sort(by_function.groups, std::ranges::greater{},
                                    &CallSummary::calls);
         }));
    biggest_ = by_function.groups.front().key;
    for (const auto& peer : peers_) {
      std::vector<AdminPeer::Busy> top;
      take("top", peer->name(), milliseconds_of([&] { top = peer->top(); }));
      for (std::size_t i = 0; i < top.size(); ++i) {
        const CallSummary& group = by_function.groups.at(i);
        if (top[i].calls != group.calls()) fail_different(peer->name(), "the busiest functions");
      }
    }
    for (const auto& [name, fn_id] :
         {std::pair("stats_all", std::string()), std::pair("stats_biggest", biggest_)}) {
      Statistics found;
      take(name, "fnstore", milliseconds_of([&, &fn_id = fn_id] {
             found = store_.statistics({.filter = {.fn_id = fn_id}, .timeline_points = 80});
           }));
      for (const auto& peer : peers_) {
        AdminPeer::Summary summary;
        take(name, peer->name(),
             milliseconds_of([&, &fn_id = fn_id] { summary = peer->summarize(fn_id); }));
        const CallSummary& all = found.all;
        if (summary.calls != all.calls() || summary.errors != all.count(Status::error) ||
            summary.p50 != all.run.p50 || summary.p99 != all.run.p99) {
          fail_different(peer->name(), name);
        }
      }
    }
  }

  /// Errors of the biggest function, of which there are some, and cancelled ones, of which there
  /// are none.
  void pages(const Take& take) {
    for (const auto& [name, status] :
         {std::pair("errors_some", Status::error), std::pair("errors_none", Status::cancelled)}) {
      CallList page;
      const CallFilter filter{.fn_id = biggest_, .per_page = 30, .status = {status}};
      take(name, "fnstore", milliseconds_of([&] { page = store_.list(filter); }));
      for (const auto& peer : peers_) {
        std::vector<std::string> ids;
        take(name, peer->name(),
             milliseconds_of([&, status = status] { ids = peer->page(biggest_, status); }));
        if (!std::ranges::equal(ids, page.items, {}, {}, &Call::id)) {
          fail_different(peer->name(), "a page");
        }
      }
    }
  }

  void prune(const Take& take) {
    SteadyWriter idle(store_);
    std::this_thread::sleep_for(idle_time);
    std::vector<double> idle_ms = idle.stop();
    SteadyWriter busy(store_);
    PruneResult result;
    take("prune_tenth", "fnstore",
         milliseconds_of([&] { result = store_.prune({.before = tenth_}); }));
    std::vector<double> busy_ms = busy.stop();
    take("writer_idle_p99", "fnstore", quantile(idle_ms, 0.99));
    take("writer_pruning_p99", "fnstore", quantile(busy_ms, 0.99));
    take("writer_pruning_max", "fnstore", quantile(busy_ms, 1));
    for (const auto& peer : peers_) {
      std::uint64_t calls = 0;
      take("prune_tenth", peer->name(), milliseconds_of([&] { calls = peer->prune(tenth_); }));
      if (calls != result.calls) fail_different(peer->name(), "what was pruned");
    }
  }

  const Settings& settings_;
  FreshHistory fresh_;
  Store store_;
  std::vector<std::unique_ptr<AdminPeer>> peers_;
  std::string biggest_;
  Timestamp tenth_{};
};

}  // namespace

void run_admin(const Settings& settings, std::span<const EngineKind>) {
  const CallPlan plan = plan_calls(settings);
  std::map<std::pair<std::string, std::string>, std::vector<double>> figures;
  std::vector<double> floor;
  for (std::size_t run = 0; run < settings.runs; ++run) {
    AdminRun(settings, plan).measure([&](const auto& name, const auto& who, double ms) {
      figures[{name, who}].push_back(ms);
    });
    floor.push_back(fdatasync_per_second(settings.folder));
  }
  Params params;
  params.number("calls", plan.calls.size())
      .number("fns", plan.functions.size())
      .text("durability", to_string(settings.durability))
      .number("seed", settings.seed);
  for (const auto& [key, values] : figures) {
    Settings as = settings;
    as.engine = key.second;
    const Report report(as, params);
    report.add("ms", "ms", values, Params().text("case", key.first));
  }
  const Report report(settings, params);
  report.add_machine("fdatasync_per_s", "1/s", floor, Params().number("bytes", floor_block_bytes));
}

}  // namespace fnstore::bench
