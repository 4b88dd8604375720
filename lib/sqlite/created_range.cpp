#include "sqlite/created_range.h"

#include "fnstore/error.h"
#include "fnstore/timestamp.h"

namespace fnstore::sqlite {

void check_created(std::int64_t min_created, std::int64_t max_created) {
  if (min_created >= earliest_timestamp.time_since_epoch().count() && min_created <= max_created &&
      max_created <= latest_timestamp.time_since_epoch().count()) {
    return;
  }
  throw Error(Errc::corrupt,
              "the summary of a block holds impossible times: the file is damaged: "
              "restore it from a backup");
}

}  // namespace fnstore::sqlite
