#pragma once

#include "fnstore/call.h"
#include "fnstore/queue.h"
#include "fnstore/retention.h"

#include <vector>

/// What tests/data/schema-N.db holds, made anew from nothing but arithmetic. It must never change:
/// a file of that time stands for all stores that users have.
std::vector<fnstore::CallRecord> frozen_history(int version);

/// The calls of it that were submitted to the queue; none before schema 2. The first waits, the
/// second is delayed.
std::vector<fnstore::Submission> frozen_queue(int version);

/// The retention policy of the store; none before schema 3.
fnstore::RetentionPolicy frozen_policy(int version);

/// The calls of it that the generator had packed into blocks; the rest came after.
bool was_packed(const fnstore::Call& call);
