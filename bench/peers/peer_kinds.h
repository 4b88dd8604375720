#pragma once

#include "engine.h"

#include <span>

namespace fnstore::bench {

/// What this program was built with to compare fnstore with; nothing without -Dbench_peers=true.
std::span<const EngineKind> peer_kinds();

}  // namespace fnstore::bench
