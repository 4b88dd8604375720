#include "store/redaction.h"

#include "fnstore/error.h"
#include "fnstore/queue.h"

#include "model/quote.h"

#include <algorithm>
#include <boost/json.hpp>
#include <optional>

namespace fnstore::store {
namespace {

/// Our own annotations name no secrets but the environment, which has names of its own.
constexpr std::string_view own_prefix = "fnstore.";

bool covers_annotation(const RedactionRule& rule, std::string_view name) {
  return !name.starts_with(own_prefix) && rule.covers(name);
}

/// The name in "NAME=VALUE" when the rule covers it and there is a value that is not replaced yet.
std::optional<std::string_view> secret_name(std::string_view entry, const RedactionRule& rule) {
  const std::size_t equals = entry.find('=');
  if (equals == std::string_view::npos || entry.substr(equals + 1) == redacted_text) return {};
  const std::string_view name = entry.substr(0, equals);
  if (!rule.covers(name)) return {};
  return name;
}

/// The array of texts in which a call names its environment; nothing when it is none, as whoever
/// runs the command will say.
std::optional<boost::json::array> environment_of(const Call& call) {
  const auto found = call.annotations.find(std::string(environment_annotation));
  if (found == call.annotations.end()) return std::nullopt;
  boost::json::error_code problem;
  boost::json::value parsed = boost::json::parse(found->second, problem);
  if (problem || !parsed.is_array()) return std::nullopt;
  return std::move(parsed.as_array());
}

void redact_environment(Call& call, const RedactionRule& rule) {
  std::optional<boost::json::array> entries = environment_of(call);
  if (!entries) return;
  bool changed = false;
  for (boost::json::value& entry : *entries) {
    if (!entry.is_string()) continue;
    const std::string_view text(entry.as_string().data(), entry.as_string().size());
    const auto name = secret_name(text, rule);
    if (!name) continue;
    entry = std::string(*name) + '=' + std::string(redacted_text);
    changed = true;
  }
  if (!changed) return;
  call.annotations[std::string(environment_annotation)] = boost::json::serialize(*entries);
}

bool has_names(const Call& call) {
  return !call.headers.empty() || !call.config.empty() || !call.annotations.empty();
}

/// Whether redact() may change something: most calls have no such names at all.
bool may_need(const Call& call, const RedactionRule& rule) {
  if (!has_names(call) || rule.names.empty()) return false;
  const auto covered = [&](const auto& entry) { return rule.covers(entry.first); };
  return std::any_of(call.headers.begin(), call.headers.end(), covered) ||
         std::any_of(call.config.begin(), call.config.end(), covered) ||
         std::any_of(call.annotations.begin(), call.annotations.end(), covered) ||
         call.annotations.count(std::string(environment_annotation)) > 0;
}

}  // namespace

void redact(Call& call, const RedactionRule& rule) {
  for (auto& [name, values] : call.headers) {
    if (rule.covers(name)) std::fill(values.begin(), values.end(), redacted_text);
  }
  for (auto& [name, value] : call.config) {
    if (rule.covers(name)) value = redacted_text;
  }
  for (auto& [name, value] : call.annotations) {
    if (covers_annotation(rule, name)) {
      value = boost::json::serialize(boost::json::string(redacted_text));
    }
  }
  redact_environment(call, rule);
}

void refuse_secret_environment(const Call& call, const RedactionRule& rule) {
  const std::optional<boost::json::array> entries = environment_of(call);
  if (!entries) return;
  for (const boost::json::value& entry : *entries) {
    if (!entry.is_string()) continue;
    const std::string_view text(entry.as_string().data(), entry.as_string().size());
    const auto name = secret_name(text, rule);
    if (!name) continue;
    throw Error(Errc::invalid, "the environment variable " + quote(*name) +
                                   " is a secret by its name, and what is queued is stored: give "
                                   "the name alone, so that the worker passes its own value on");
  }
}

Redacted::Redacted(std::span<const Call> calls, const RedactionRule& rule) : calls_(calls) {
  if (std::none_of(calls.begin(), calls.end(),
                   [&](const Call& call) { return may_need(call, rule); })) {
    return;
  }
  copies_.assign(calls.begin(), calls.end());
  for (Call& call : copies_) redact(call, rule);
  calls_ = copies_;
}

RedactedRecords::RedactedRecords(std::span<const CallRecord> records, const RedactionRule& rule)
    : records_(records) {
  if (std::none_of(records.begin(), records.end(),
                   [&](const CallRecord& record) { return may_need(record.call, rule); })) {
    return;
  }
  copies_.assign(records.begin(), records.end());
  for (CallRecord& record : copies_) redact(record.call, rule);
  records_ = copies_;
}

}  // namespace fnstore::store
