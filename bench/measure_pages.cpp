#include "measure_pages.h"

#include "fnstore/error.h"

#include "progress.h"
#include "stopwatch.h"

#include <algorithm>
#include <fmt/format.h>
#include <utility>

namespace fnstore::bench {
namespace {

constexpr std::size_t warm_up = 200;
constexpr double warm_up_s = 0.5;  ///< at most, a way, but for one page
constexpr double run_s = 2;        ///< the same

bool is_same(const CallView& view, const Call& call) {
  return view.id == call.id && view.fn_id == call.fn_id && view.app_id == call.app_id &&
         view.error == call.error && view.status == call.status && view.type == call.type &&
         view.created_at == call.created_at && view.started_at == call.started_at &&
         view.completed_at == call.completed_at;
}

[[noreturn]] void fail_way(const PageWay& way, std::string_view what, const CallFilter& request) {
  throw Error(Errc::corrupt,
              fmt::format("{}, {}: {}: function \"{}\", cursor \"{}\"", way.name,
                          way.views ? "views" : "list", what, request.fn_id, request.cursor));
}

/// The figures of one way in one case.
class WayFigures {
 public:
  explicit WayFigures(const PageWay& way) : way_(way) {}

  /// Asks and compares; from how long it takes follows how many pages a run asks for.
  void warm(std::span<const CallFilter> requests, std::span<const CallList> expected,
            std::size_t samples) {
    const Stopwatch watch;
    std::size_t asked = 0;
    while (asked < expected.size() && (asked == 0 || watch.seconds() < warm_up_s)) {
      check_page(way_, requests[asked], expected[asked]);
      ++asked;
    }
    const double page_s = watch.seconds() / static_cast<double>(asked);
    samples_ = std::clamp<std::size_t>(static_cast<std::size_t>(run_s / page_s), 1, samples);
  }

  void run(std::span<const CallFilter> requests, bool may_be_empty) {
    std::vector<double> took_us;
    took_us.reserve(samples_);
    CallViewList views;
    for (const CallFilter& request : requests.first(samples_)) {
      const Stopwatch watch;
      const std::size_t calls = ask(request, views);
      took_us.push_back(watch.microseconds());
      if (calls == 0 && !may_be_empty)
        fail_way(way_, "an empty page where there are calls", request);
    }
    p50_us_.push_back(quantile(took_us, 0.5));
    p99_us_.push_back(quantile(took_us, 0.99));
    p999_us_.push_back(quantile(took_us, 0.999));
  }

  void report(const Params& params) const {
    const Params all =
        params + Params().text("api", way_.views ? "views" : "list").number("samples", samples_);
    way_.report.add("p50_us", "us", p50_us_, all);
    way_.report.add("p99_us", "us", p99_us_, all);
    way_.report.add("p999_us", "us", p999_us_, all);
  }

 private:
  std::size_t ask(const CallFilter& request, CallViewList& views) const {
    if (!way_.views) return way_.engine->list(request).items.size();
    way_.engine->list_views(request, views);
    return views.items.size();
  }

  const PageWay& way_;
  std::size_t samples_ = 0;
  std::vector<double> p50_us_;
  std::vector<double> p99_us_;
  std::vector<double> p999_us_;
};

}  // namespace

std::vector<PageWay> page_ways(std::string_view name, const Engine& engine, const Report& report) {
  std::vector<PageWay> ways{{std::string(name), &engine, false, report}};
  CallViewList views;
  CallFilter filter;
  filter.per_page = 1;
  if (engine.list_views(filter, views)) ways.push_back({std::string(name), &engine, true, report});
  return ways;
}

void check_page(const PageWay& way, const CallFilter& request, const CallList& expected) {
  if (!way.views) {
    const CallList page = way.engine->list(request);
    if (page.items == expected.items && page.next_cursor == expected.next_cursor) return;
  } else {
    CallViewList page;
    way.engine->list_views(request, page);
    if (std::ranges::equal(page.items, expected.items, is_same) &&
        page.next_cursor == expected.next_cursor)
      return;
  }
  fail_way(way, "another page than the first engine's list has", request);
}

void measure_pages(std::span<const PageWay> ways, const HistoryMarks& history,
                   const Settings& settings, std::span<const PageCase> cases, const Params& extra) {
  Progress progress("asking for pages", cases.size() * settings.runs);
  for (const PageCase& page_case : cases) {
    Random random(settings.seed);
    std::vector<CallFilter> requests;
    const auto make = [&](std::size_t count) {
      requests.clear();
      while (requests.size() < count) requests.push_back(page_case.make(history, random));
    };
    make(warm_up);
    std::vector<CallList> expected;
    const Stopwatch watch;
    for (const CallFilter& request : requests) {
      if (!expected.empty() && watch.seconds() > warm_up_s) break;
      expected.push_back(ways.front().engine->list(request));
    }
    std::vector<WayFigures> figures(ways.begin(), ways.end());
    for (WayFigures& way : figures) way.warm(requests, expected, settings.samples);
    for (std::size_t run = 0; run < settings.runs; ++run) {
      make(settings.samples);
      for (WayFigures& way : figures) way.run(requests, page_case.may_be_empty);
      progress.add(1);
    }
    for (const WayFigures& way : figures) {
      way.report(extra + Params().text("case", page_case.name));
    }
  }
}

}  // namespace fnstore::bench
