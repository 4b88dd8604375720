#include "check_history.h"

#include "fnstore/error.h"
#include "fnstore/limits.h"

#include "progress.h"

#include <chrono>
#include <fmt/format.h>
#include <span>
#include <vector>

namespace fnstore::bench {
namespace {

class Checker {
 public:
  Checker(const Engine& engine, const CallPlan& plan, std::size_t samples)
      : engine_(engine),
        plan_(plan),
        samples_(samples),
        progress_("comparing every call", plan.calls.size()) {}

  void check_function(const std::string& fn_id, std::span<const std::uint32_t> expected) {
    CallFilter filter;
    filter.fn_id = fn_id;
    filter.per_page = limits::calls_per_page;
    std::size_t found = 0;
    do {
      const CallList page = list(filter);
      for (const Call& call : page.items) {
        if (found == expected.size())
          fail(fn_id, found, "the history has more calls than were recorded");
        check_call(call, plan_.calls[expected[found]], found);
        ++found;
      }
      progress_.add(page.items.size());
      filter.cursor = page.next_cursor;
    } while (!filter.cursor.empty());
    if (found != expected.size()) {
      fail(fn_id, found,
           fmt::format("the walk ended here, {} calls were recorded", expected.size()));
    }
    result_.calls += found;
  }

  const CheckedHistory& result() const { return result_; }

 private:
  CallList list(const CallFilter& filter) {
    const auto begin = std::chrono::steady_clock::now();
    CallList page = engine_.list(filter);
    result_.list_s +=
        std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
    return page;
  }

  void check_call(const Call& call, const PlannedCall& planned, std::size_t position) {
    make_call(plan_, planned, samples_, expected_);
    if (call == expected_) return;
    if (call.id != expected_.id) {
      fail(expected_.fn_id, position,
           fmt::format("got {}, recorded was {}", call.id, expected_.id));
    }
    fail(expected_.fn_id, position, fmt::format("call {} is not as it was recorded", call.id));
  }

  [[noreturn]] static void fail(const std::string& fn_id, std::size_t position,
                                const std::string& what) {
    throw Error(Errc::corrupt,
                fmt::format("function {}, call {} from the newest: {}", fn_id, position, what));
  }

  const Engine& engine_;
  const CallPlan& plan_;
  std::size_t samples_;
  Progress progress_;
  Call expected_;
  CheckedHistory result_;
};

}  // namespace

CheckedHistory check_history(const Engine& engine, const CallPlan& plan, std::size_t samples) {
  const auto by_function = newest_first(plan);
  std::uint64_t functions = 0;
  Checker checker(engine, plan, samples);
  for (std::size_t f = 0; f < by_function.size(); ++f) {
    checker.check_function(plan.functions[f].fn_id, by_function[f]);
    functions += by_function[f].empty() ? 0 : 1;
  }
  const Engine::Counts counts = engine.count();
  if (counts.calls != plan.calls.size() || counts.functions != functions) {
    throw Error(Errc::corrupt,
                fmt::format("the history counts {} calls of {} functions, recorded were {} of {}",
                            counts.calls, counts.functions, plan.calls.size(), functions));
  }
  return checker.result();
}

}  // namespace fnstore::bench
