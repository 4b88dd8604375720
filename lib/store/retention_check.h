#pragma once

#include "fnstore/retention.h"

namespace fnstore::store {

/// Both throw `invalid`.
void check_prune(const PruneRequest& request);
void check_policy(const RetentionPolicy& policy);

}  // namespace fnstore::store
