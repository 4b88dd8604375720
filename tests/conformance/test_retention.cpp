#include "fnstore/limits.h"
#include "fnstore/retention.h"

#include "contents.h"
#include "fresh_store.h"
#include "refusal.h"
#include "sample_calls.h"

using namespace fnstore;
using std::chrono::hours;

namespace {

void set(FreshStore& history, const RetentionPolicy& policy) {
  history.write([&](Store& store) {
    store.set_retention_policy(policy);
    return 0;
  });
}

}  // namespace

TEST_CASE("a policy is kept with the store, and replaced whole") {
  FreshStore history = fresh_store();
  CHECK(history->retention_policy().empty());
  const RetentionPolicy policy{{{"", std::nullopt, hours(24), std::nullopt},
                                {"fn", Status::error, std::nullopt, 5},
                                {"good", std::nullopt, std::nullopt, std::nullopt}},
                               1'000'000};
  set(history, policy);
  CHECK(history->retention_policy() == policy);
  set(history, {});
  CHECK(history->retention_policy().empty());
}

TEST_CASE("a policy that makes no sense is refused whole") {
  FreshStore history = fresh_store();
  const RetentionPolicy good{{{"fn", std::nullopt, hours(1), std::nullopt}}, std::nullopt};
  set(history, good);
  const auto refused = [&](const RetentionPolicy& policy) {
    CHECK_THAT(refusal([&] { set(history, policy); }), Catch::StartsWith("invalid: "));
    CHECK(history->retention_policy() == good);
  };
  refused({{{"a\nb", std::nullopt, hours(1), std::nullopt}}, std::nullopt});
  refused({{{"fn", Status::running, hours(1), std::nullopt}}, std::nullopt});
  refused({{{"fn", std::nullopt, hours(-1), std::nullopt}}, std::nullopt});
  refused({{{"fn", std::nullopt, hours(1), 1}, {"fn", std::nullopt, hours(2), 1}}, std::nullopt});
  constexpr std::uint64_t huge = UINT64_MAX;  // more than the file can hold
  refused({{{"fn", std::nullopt, std::nullopt, huge}}, std::nullopt});
  refused({{}, huge});
  RetentionPolicy many;
  for (std::size_t n = 0; n <= limits::retention_rules; ++n) {
    many.rules.push_back({"fn" + std::to_string(n), std::nullopt, hours(1), std::nullopt});
  }
  refused(many);
}
