#include "measure_pages.h"

#include "fnstore/error.h"

#include "progress.h"

#include <chrono>
#include <fmt/format.h>
#include <string>
#include <utility>
#include <vector>

namespace fnstore::bench {
namespace {

constexpr std::size_t warm_up = 200;

/// The microseconds each request took.
std::vector<double> ask(const Engine& engine, std::span<const CallFilter> requests,
                        std::string_view name) {
  using clock = std::chrono::steady_clock;
  std::vector<double> took_us;
  took_us.reserve(requests.size());
  for (const CallFilter& request : requests) {
    const auto begin = clock::now();
    const CallList page = engine.list(request);
    took_us.push_back(std::chrono::duration<double, std::micro>(clock::now() - begin).count());
    if (page.items.empty()) {
      throw Error(Errc::corrupt,
                  fmt::format("an empty page where there are calls: case {}, function \"{}\", "
                              "cursor \"{}\"",
                              name, request.fn_id, request.cursor));
    }
  }
  return took_us;
}

}  // namespace

void measure_pages(const Engine& engine, const HistoryMarks& history, const Settings& settings,
                   std::span<const PageCase> cases, const Report& report, const Params& extra) {
  Progress progress("asking for pages", cases.size() * settings.runs);
  for (const PageCase& page_case : cases) {
    Random random(settings.seed);
    std::vector<CallFilter> requests;
    const auto make = [&](std::size_t count) {
      requests.clear();
      while (requests.size() < count) requests.push_back(page_case.make(history, random));
    };
    make(warm_up);
    ask(engine, requests, page_case.name);
    std::vector<double> p50_us;
    std::vector<double> p99_us;
    for (std::size_t run = 0; run < settings.runs; ++run) {
      make(settings.samples);
      std::vector<double> took_us = ask(engine, requests, page_case.name);
      p50_us.push_back(quantile(took_us, 0.5));
      p99_us.push_back(quantile(took_us, 0.99));
      progress.add(1);
    }
    const Params params =
        extra + Params().text("case", page_case.name).number("samples", settings.samples);
    report.add("p50_us", "us", std::move(p50_us), params);
    report.add("p99_us", "us", std::move(p99_us), params);
  }
}

}  // namespace fnstore::bench
