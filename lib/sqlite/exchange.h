#pragma once

#include "sqlite/draft_file.h"

#include <chrono>
#include <string>

namespace fnstore::sqlite {

/// Puts a whole store, synced and in nobody's hands, in the place of the one at `target` (absolute)
/// or, without `replace`, where there is none. Between any two of its steps there is the whole old
/// store or the whole new one. Throws `busy` when others use the old one for longer than
/// `patience`, and `conflict`, `io`, `full`: then the old one stays.
void exchange(DraftFile& draft, const std::string& target, bool replace,
              std::chrono::milliseconds patience);

}  // namespace fnstore::sqlite
