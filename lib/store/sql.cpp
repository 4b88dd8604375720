#include "fnstore/sql.h"

#include "store/implementation.h"

namespace fnstore {

std::vector<std::string> run_sql(const Store& store, std::string_view sql, const SqlCallback& take,
                                 const SqlOptions& options) {
  if (!take) throw Error(Errc::invalid, "run_sql needs a callback that takes the rows");
  if (options.time_limit.count() < 0) throw Error(Errc::invalid, "time_limit must not be negative");
  return store.implementation_->settled().query({sql, &take, &options});
}

}  // namespace fnstore
