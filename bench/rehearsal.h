#pragma once

#include "call_plan.h"
#include "engine.h"
#include "settings.h"

#include <span>

namespace fnstore::bench {

/// Before any time counts: whether each engine does the same job with the plan's first calls. It
/// must refuse calls it has, alone and in a batch, and change nothing by it; count and walk by
/// cursor as the plan says; and give the first engine's pages in every case of pages, ranges and
/// filters. Throws `corrupt`, naming the engine and the difference.
void rehearse(const Settings& settings, std::span<const EngineKind> engines, const CallPlan& plan);

}  // namespace fnstore::bench
