#include "peers/peer_kinds.h"

#include "peers/open_peers.h"

#include <array>

namespace fnstore::bench {

std::span<const EngineKind> peer_kinds() {
  static constexpr std::size_t original_inserts = 5'000;  // it makes about a thousand a second
  static constexpr std::array kinds{
      EngineKind{"original", &open_original, original_inserts, false},
      EngineKind{"original_tuned", &open_original_tuned}, EngineKind{"rows", &open_rows},
      EngineKind{"rocksdb", &open_rocksdb}, EngineKind{"lmdb", &open_lmdb}};
  return kinds;
}

}  // namespace fnstore::bench
