#pragma once

#include "sqlite/connection.h"

#include <cstdint>

namespace fnstore::sqlite {

/// The one row of store_state: schema/README.md explains the columns.
struct StoreState {
  std::int64_t commit_seq = 0;
  std::int64_t blocks_seq = 0;
  std::int64_t trimmed_to = 0;
  std::int64_t next_row_no = 0;
  std::int64_t next_body_no = 0;
  std::int64_t next_detail_no = 0;
  std::int64_t next_log_no = 0;
};

/// Inside a transaction: as of its snapshot.
StoreState read_state(Connection& connection);
void write_state(Connection& connection, const StoreState& state);

}  // namespace fnstore::sqlite
