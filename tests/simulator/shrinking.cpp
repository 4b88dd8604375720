#include "shrinking.h"

#include "simulation.h"

#include <algorithm>
#include <optional>
#include <utility>

namespace {

using SteadyClock = std::chrono::steady_clock;

constexpr int tries = 3;

/// The life in which the plan fails, if it does.
std::optional<std::size_t> failing_life(const Plan& plan) {
  for (int i = 0; i < tries; ++i) {
    Tally ignored;
    try {
      simulate(plan, ignored);
    } catch (const Violation& violation) {
      return violation.life();
    }
  }
  return std::nullopt;
}

void cut_after(Plan& plan, std::size_t life) {
  plan.lives.resize(std::min(plan.lives.size(), life + 1));
}

/// Takes the candidate where it still fails.
bool take_if_failing(Plan& plan, Plan candidate) {
  const auto life = failing_life(candidate);
  if (!life) return false;
  cut_after(candidate, *life);
  plan = std::move(candidate);
  return true;
}

bool drop_lives(Plan& plan, SteadyClock::time_point until) {
  bool smaller = false;
  for (std::size_t at = 0; at + 1 < plan.lives.size() && SteadyClock::now() < until;) {
    Plan candidate = plan;
    candidate.lives.erase(candidate.lives.begin() + static_cast<std::ptrdiff_t>(at));
    if (take_if_failing(plan, std::move(candidate))) {
      smaller = true;
    } else {
      ++at;
    }
  }
  return smaller;
}

/// Leaves out stretches of a script, from its half down to single operations.
bool drop_operations(Plan& plan, std::size_t life, std::size_t thread,
                     SteadyClock::time_point until) {
  bool smaller = false;
  for (std::size_t stretch = plan.lives[life].scripts[thread].size(); stretch > 0; stretch /= 2) {
    for (std::size_t at = 0; SteadyClock::now() < until;) {
      if (life >= plan.lives.size() || at >= plan.lives[life].scripts[thread].size()) break;
      Plan candidate = plan;
      Script& script = candidate.lives[life].scripts[thread];
      const std::size_t end = std::min(script.size(), at + stretch);
      script.erase(script.begin() + static_cast<std::ptrdiff_t>(at),
                   script.begin() + static_cast<std::ptrdiff_t>(end));
      if (take_if_failing(plan, std::move(candidate))) {
        smaller = true;
      } else {
        at += stretch;
      }
    }
  }
  return smaller;
}

}  // namespace

Plan shrink(Plan plan, std::size_t failed_life, std::chrono::seconds time) {
  const auto until = SteadyClock::now() + time;
  cut_after(plan, failed_life);
  bool smaller = true;
  while (smaller && SteadyClock::now() < until) {
    smaller = drop_lives(plan, until);
    for (std::size_t life = 0; life < plan.lives.size(); ++life) {
      for (std::size_t thread = 0; thread < plan.lives[life].scripts.size(); ++thread) {
        smaller = drop_operations(plan, life, thread, until) || smaller;
        if (life >= plan.lives.size()) break;
      }
    }
  }
  return plan;
}
