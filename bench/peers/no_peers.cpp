#include "peers/peer_kinds.h"

namespace fnstore::bench {

std::span<const EngineKind> peer_kinds() {
  return {};
}

}  // namespace fnstore::bench
