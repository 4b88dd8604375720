#pragma once

#include "fnstore/call.h"

#include <vector>

/// What tests/data/schema-1.db holds, made anew from nothing but arithmetic. It must never change:
/// a file of that time stands for all stores that users have.
std::vector<fnstore::CallRecord> frozen_history();

/// The calls of it that the generator had packed into blocks; the rest came after.
bool was_packed(const fnstore::Call& call);
