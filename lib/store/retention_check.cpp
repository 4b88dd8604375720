#include "store/retention_check.h"

#include "fnstore/error.h"
#include "fnstore/limits.h"

#include "model/quote.h"
#include "model/validation.h"

#include <cstdint>
#include <fmt/format.h>
#include <set>
#include <utility>

namespace fnstore::store {
namespace {

void check_finished(Status status) {
  if (static_cast<unsigned>(status) < status_count && is_finished(status)) return;
  throw Error(Errc::invalid,
              fmt::format("calls that are {} are never deleted: give success, error or cancelled",
                          to_string(status)));
}

/// What is stored is a signed number of 64 bits.
void check_storable(std::optional<std::uint64_t> number, std::string_view name) {
  if (number.value_or(0) <= static_cast<std::uint64_t>(INT64_MAX)) return;
  throw Error(Errc::invalid, fmt::format("{} must lie between 0 and {}", name, INT64_MAX));
}

}  // namespace

void check_prune(const PruneRequest& request) {
  if (!request.fn_id.empty()) validate_id(request.fn_id, "fn_id");
  for (const Status status : request.status) check_finished(status);
  if (request.before) validate_time(*request.before, "before");
  const bool names_something = !request.fn_id.empty() || !request.status.empty() ||
                               request.before || request.keep_last || request.max_bytes;
  if (names_something) return;
  throw Error(
      Errc::invalid,
      "nothing says which calls may go: give a function, a status, an age, a number to keep "
      "or a size");
}

void check_policy(const RetentionPolicy& policy) {
  if (policy.rules.size() > limits::retention_rules) {
    throw Error(Errc::invalid, fmt::format("a policy of {} rules is above the limit of {}",
                                           policy.rules.size(), limits::retention_rules));
  }
  check_storable(policy.max_bytes, "max_bytes");
  std::set<std::pair<std::string, std::optional<Status>>> named;
  for (const RetentionRule& rule : policy.rules) {
    if (!rule.fn_id.empty()) validate_id(rule.fn_id, "fn_id");
    if (rule.status) check_finished(*rule.status);
    constexpr std::chrono::hours longest{24 * 366 * 10'000};
    if (rule.older_than && (rule.older_than->count() < 0 || *rule.older_than > longest)) {
      throw Error(Errc::invalid, "older_than must lie between 0 and 10000 years");
    }
    check_storable(rule.keep_last, "keep_last");
    if (!named.emplace(rule.fn_id, rule.status).second) {
      throw Error(Errc::invalid,
                  fmt::format("two rules are for function {} and the same status: give one",
                              quote(rule.fn_id)));
    }
  }
}

}  // namespace fnstore::store
