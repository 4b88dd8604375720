#include "sqlite/function_list.h"

#include <algorithm>

namespace fnstore::sqlite {

std::vector<std::string> list_function_ids(const Snapshot& snapshot, std::string_view prefix,
                                           std::size_t limit) {
  std::vector<std::string> ids;
  for (const Function& function : snapshot.index().functions()) {
    const bool has_calls = !function.calls.empty() || !function.max_block_id.empty();
    if (has_calls && function.fn_id.starts_with(prefix)) ids.push_back(function.fn_id);
  }
  std::ranges::sort(ids);  // std::string compares bytes
  if (ids.size() > limit) ids.resize(limit);
  return ids;
}

}  // namespace fnstore::sqlite
