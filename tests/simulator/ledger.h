#pragma once

#include "fnstore/fnstore.h"

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

struct KeptCall {
  fnstore::Call call{};
  std::optional<std::string> log{};
  friend bool operator==(const KeptCall&, const KeptCall&) = default;
};

using Key = std::pair<std::string, std::string>;  // fn_id, id
using Contents = std::map<Key, KeptCall>;

/// How a write ended, as its caller knows.
enum class Ending {
  acknowledged,
  buffered,  ///< acknowledged, and written some time later, in order
  refused,   ///< nothing was changed
  in_doubt,  ///< it happened as a whole or not
  partly,    ///< a prune that failed: of what it deletes any part is gone
};

/// What one thread did to its own calls, which nobody else changes, and what may be there after it.
class Ledger {
 public:
  /// absent: the call is removed.
  using Changes = std::vector<std::pair<Key, std::optional<KeptCall>>>;

  /// Before the first write of a life.
  void begin(Contents contents);

  void note(Changes changes, Ending ending);

  /// What was buffered is written: from now on it counts as acknowledged.
  void note_written();

  /// The calls as they are, all that was acknowledged counted.
  const Contents& contents() const { return contents_; }

  /// Why what was found cannot be; empty when it can. `all`: nothing acknowledged may be missing;
  /// else what came last may be, as long as nothing later is there.
  std::string compare(const Contents& found, bool all) const;

  std::size_t acknowledged() const { return acknowledged_; }

 private:
  struct Effect {
    Changes changes;
    Ending ending{};
  };

  static void apply(Contents& contents, const Changes& changes);
  static bool is_partly(const Contents& found, Contents whole, const Changes& changes);

  Contents base_;
  Contents contents_;
  std::vector<Effect> effects_;
  std::size_t acknowledged_ = 0;
};

/// The first difference, in words.
std::string difference(const Contents& wanted, const Contents& found);
