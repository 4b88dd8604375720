#include "engine.h"
#include "engines/engine_fnstore.h"
#include "peers/peer_kinds.h"

#include <vector>

namespace fnstore::bench {

std::span<const EngineKind> engine_kinds() {
  static const std::vector<EngineKind> kinds = [] {
    std::vector<EngineKind> all{EngineKind{"fnstore", &open_fnstore}};
    const auto peers = peer_kinds();
    all.insert(all.end(), peers.begin(), peers.end());
    return all;
  }();
  return kinds;
}

}  // namespace fnstore::bench
