#include "sqlite/pruner.h"

#include <array>
#include <map>
#include <memory>
#include <utility>

namespace fnstore::sqlite {
namespace {

using RuleKey = std::pair<std::string, std::optional<Status>>;
using Rules = std::map<RuleKey, RetentionRule>;

const RetentionRule* deciding_rule(const Rules& rules, const std::string& fn_id, Status status) {
  const std::array<RuleKey, 4> keys{RuleKey{fn_id, status}, RuleKey{fn_id, std::nullopt},
                                    RuleKey{"", status}, RuleKey{"", std::nullopt}};
  for (const RuleKey& key : keys) {
    const auto found = rules.find(key);
    if (found != rules.end()) return &found->second;
  }
  return nullptr;
}

std::shared_ptr<const Rules> rules_of(const RetentionPolicy& policy) {
  const auto rules = std::make_shared<Rules>();
  for (const RetentionRule& rule : policy.rules) {
    rules->insert_or_assign(RuleKey{rule.fn_id, rule.status}, rule);
  }
  return rules;
}

bool keeps_all(const RetentionRule& rule) {
  return !rule.older_than && !rule.keep_last;
}

std::vector<PruneCut> values_of(const std::map<const RetentionRule*, PruneCut>& cuts) {
  std::vector<PruneCut> all;
  for (const auto& [rule, cut] : cuts) all.push_back(cut);
  return all;
}

}  // namespace

Pruner::CutsOf cuts_of(const RetentionPolicy& policy, Timestamp now) {
  const auto rules = rules_of(policy);
  return [rules, now](std::string_view fn_id) {
    std::map<const RetentionRule*, PruneCut> cuts;
    for (const Status status : {Status::success, Status::error, Status::cancelled}) {
      const RetentionRule* const rule = deciding_rule(*rules, std::string(fn_id), status);
      if (rule == nullptr || keeps_all(*rule)) continue;
      PruneCut& cut = cuts[rule];
      cut.status.push_back(status);
      if (rule->older_than) cut.before = now - *rule->older_than;
      cut.keep_last = rule->keep_last;
    }
    return values_of(cuts);
  };
}

Pruner::CutsOf cuts_for_room(const RetentionPolicy& policy) {
  const auto rules = rules_of(policy);
  return [rules](std::string_view fn_id) {
    std::map<const RetentionRule*, PruneCut> cuts;
    for (const Status status : {Status::success, Status::error, Status::cancelled}) {
      const RetentionRule* const rule = deciding_rule(*rules, std::string(fn_id), status);
      if (rule != nullptr && keeps_all(*rule)) continue;
      PruneCut& cut = cuts[rule];
      cut.status.push_back(status);
      if (rule != nullptr) cut.keep_last = rule->keep_last;
    }
    return values_of(cuts);
  };
}

}  // namespace fnstore::sqlite
