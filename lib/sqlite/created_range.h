#pragma once

#include <cstdint>

namespace fnstore::sqlite {

/// Throws `corrupt` for a range of created_at that no block can have.
void check_created(std::int64_t min_created, std::int64_t max_created);

}  // namespace fnstore::sqlite
