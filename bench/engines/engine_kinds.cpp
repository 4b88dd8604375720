#include "engine.h"
#include "engines/engine_fnstore.h"

#include <array>

namespace fnstore::bench {

std::span<const EngineKind> engine_kinds() {
  static constexpr std::array kinds{EngineKind{"fnstore", &open_fnstore}};
  return kinds;
}

}  // namespace fnstore::bench
