#include "loaded_histories.h"

#include "fnstore/error.h"

#include "recording.h"
#include "rehearsal.h"
#include "workload.h"

#include <filesystem>
#include <utility>

namespace fnstore::bench {

LoadedHistories::LoadedHistories(const Settings& settings, std::span<const EngineKind> engines,
                                 void (*change)(CallPlan&))
    : settings_(settings), engines_(engines) {
  if (!settings.db.empty() && std::filesystem::exists(settings.db)) {
    read_existing();
    return;
  }
  CallPlan plan = plan_calls(settings);
  if (change != nullptr) change(plan);
  if (engines.size() > 1) rehearse(settings, engines, plan);
  load(plan);
}

void LoadedHistories::read_existing() {
  params_.text("db", std::filesystem::path(settings_.db).filename().string());
  const auto engine = engines_.front().open(settings_.db, {.durability = settings_.durability});
  marks_ = marks_of_engine(*engine);
  if (marks_.empty()) throw Error(Errc::invalid, settings_.db + ": there are no calls to read");
  const Engine::Counts counts = engine->count();
  calls_ = counts.calls;
  params_.number("calls", counts.calls).number("fns", counts.functions);
  params_.number("seed", settings_.seed);
  paths_.push_back(settings_.db);
}

void LoadedHistories::load(const CallPlan& plan) {
  for (const EngineKind& kind : engines_) {
    auto& place = *fresh_.emplace_back(std::make_unique<FreshHistory>(settings_));
    auto engine = kind.open(place.path(), {.durability = settings_.durability});
    load_calls(*engine, plan, settings_);
    engine->settle();
    engine.reset();
    if (fresh_.size() == 1) place.keep();
    paths_.push_back(place.path());
  }
  marks_ = marks_of_plan(plan);
  calls_ = plan.calls.size();
  params_ = plan_params(settings_, plan);
}

std::unique_ptr<Engine> LoadedHistories::open(std::size_t engine) const {
  return engines_[engine].open(paths_[engine], {.durability = settings_.durability});
}

Report LoadedHistories::report(std::size_t engine) const {
  return Report(settings_, engines_[engine].name, params_);
}

OpenHistories::OpenHistories(const LoadedHistories& loaded) {
  for (std::size_t i = 0; i < loaded.kinds().size(); ++i) {
    engines_.push_back(loaded.open(i));
    for (PageWay& way : page_ways(loaded.kinds()[i].name, *engines_.back(), loaded.report(i))) {
      ways_.push_back(std::move(way));
    }
  }
}

}  // namespace fnstore::bench
