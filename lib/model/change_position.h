#pragma once

#include "fnstore/change_feed.h"

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace fnstore {

/// Up to where a feed has come, in an engine's own numbers.
struct ChangeFeed::Position {
  struct OfFunction {
    std::string max_id;                   // no call that was there had a greater one
    std::vector<std::string> unfinished;  // calls that will still change, by id
  };

  std::int64_t commit_seq = 0;                    // 0: it has not begun
  std::int64_t row_no = 0;                        // rows up to it have been looked at
  std::int64_t blocks_seq = 0;                    // and what changed in blocks up to this commit
  std::map<std::uint32_t, OfFunction> functions;  // by number
};

}  // namespace fnstore
