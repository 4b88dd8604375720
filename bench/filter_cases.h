#pragma once

#include "call_plan.h"
#include "page_cases.h"

#include <span>

namespace fnstore::bench {

/// errors, errors_deep: failed calls of one of the most called functions but the first, newest ones
/// and from a random call on; one_error: of the most called one, which leave_one_error() left with
/// one; error_text: one kind of error in a function; combination: status, type and app together,
/// over all functions; all_errors: over all functions; empty: a status no call has.
std::span<const PageCase> filter_cases();

/// Makes every failed call of the most called function a success, but for one in the middle.
void leave_one_error(CallPlan& plan);

}  // namespace fnstore::bench
