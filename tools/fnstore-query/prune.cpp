#include "fnstore/retention.h"

#include "call_fields.h"
#include "command.h"
#include "csv_text.h"
#include "failure.h"
#include "harmless.h"
#include "progress.h"
#include "prune_arguments.h"
#include "table.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <boost/json.hpp>
#include <fmt/format.h>
#include <memory>

namespace fnstore::query {
namespace {

struct Numbers {
  std::vector<std::pair<std::string, std::uint64_t>> named;
  bool dry_run = false;
};

Numbers numbers_of(const PruneResult& result, bool dry_run) {
  Numbers numbers{{{"pruned", result.calls}}, dry_run};
  for (const Status status : {Status::success, Status::error, Status::cancelled}) {
    numbers.named.emplace_back(to_string(status),
                               result.by_status[static_cast<std::size_t>(status)]);
  }
  numbers.named.emplace_back("functions", result.functions);
  numbers.named.emplace_back("bytes_before", result.bytes_before);
  numbers.named.emplace_back("bytes_after", result.bytes_after);
  return numbers;
}

std::string render(const Numbers& numbers, Format format, const Session& session) {
  std::string json;
  std::vector<Field> fields;
  std::vector<std::string> values;
  std::vector<std::string_view> names;
  for (const auto& [name, value] : numbers.named) {
    json += fmt::format(R"({}"{}":{})", json.empty() ? "" : ",", name, value);
    fields.push_back({name, fmt::format("{}", value)});
    names.push_back(name);
    values.push_back(fmt::format("{}", value));
  }
  const std::string_view dry_run = numbers.dry_run ? "true" : "false";
  if (format == Format::csv) {
    std::vector<std::string_view> row(values.begin(), values.end());
    names.push_back("dry_run");
    row.push_back(dry_run);
    return csv_row(names) + csv_row(row);
  }
  if (format == Format::table) {
    fields.push_back({"dry_run", std::string(dry_run)});
    return field_list(fields, session.terminal);
  }
  return fmt::format(R"({{{},"dry_run":{}}})", json, dry_run) + "\n";
}

std::string rule_json(const RetentionRule& rule) {
  std::string json = fmt::format(R"({{"fn_id":{})", boost::json::serialize(rule.fn_id));
  if (rule.status) json += fmt::format(R"(,"status":"{}")", to_string(*rule.status));
  if (rule.older_than) {
    json += fmt::format(R"(,"older_than_seconds":{})", rule.older_than->count() / 1'000);
  }
  if (rule.keep_last) json += fmt::format(R"(,"keep_last":{})", *rule.keep_last);
  return json + "}";
}

std::string policy_json(const RetentionPolicy& policy, bool lines) {
  std::string json;
  for (const RetentionRule& rule : policy.rules) {
    json += (json.empty() || lines ? "" : ",") + rule_json(rule) + (lines ? "\n" : "");
  }
  std::string size;
  if (policy.max_bytes) size = fmt::format(R"("max_size":{})", *policy.max_bytes);
  if (lines) return json + (size.empty() ? "" : "{" + size + "}\n");
  return fmt::format(R"({{{}{}"rules":[{}]}})", size, size.empty() ? "" : ",", json) + "\n";
}

/// A rule in four texts; what is not set is empty.
std::vector<std::string> rule_texts(const RetentionRule& rule) {
  return {rule.fn_id, rule.status ? std::string(to_string(*rule.status)) : "",
          rule.older_than ? fmt::format("{}", rule.older_than->count() / 1'000) : "",
          rule.keep_last ? fmt::format("{}", *rule.keep_last) : ""};
}

std::string policy_csv(const RetentionPolicy& policy) {
  std::string csv = "fn_id,status,older_than_seconds,keep_last,max_size\n";
  const auto line = [&](const std::vector<std::string>& texts, const std::string& size) {
    std::vector<std::string_view> row(texts.begin(), texts.end());
    row.push_back(size);
    csv += csv_row(row);
  };
  for (const RetentionRule& rule : policy.rules) line(rule_texts(rule), "");
  if (policy.max_bytes) line({"", "", "", ""}, fmt::format("{}", *policy.max_bytes));
  return csv;
}

std::string policy_table(const RetentionPolicy& policy, const Terminal& terminal) {
  std::vector<TableRow> rows;
  for (const RetentionRule& rule : policy.rules) {
    TableRow row;
    for (const std::string& text : rule_texts(rule)) {
      row.push_back({harmless_line(text, !terminal.utf8)});
    }
    if (rule.fn_id.empty()) row[0] = {"(all)", Color::dim};
    if (!rule.older_than && !rule.keep_last) row[2] = {"for good", Color::dim};
    rows.push_back(std::move(row));
  }
  const Table table({{.title = "FN_ID", .minimum = 12, .keep = 0},
                     {.title = "STATUS", .minimum = 9, .keep = 1},
                     {.title = "OLDER_THAN_SECONDS", .minimum = 8, .keep = 2, .align_right = true},
                     {.title = "KEEP_LAST", .minimum = 9, .keep = 3, .align_right = true}},
                    rows, terminal, false);
  std::string out = table.header();
  for (const TableRow& row : rows) out += table.line(row);
  if (policy.max_bytes) out += fmt::format("at most {} bytes\n", *policy.max_bytes);
  return out;
}

void show_policy(const RetentionPolicy& policy, const Session& session) {
  const Format format = session.output_format();
  Output out = session.standard_output(format);
  if (format == Format::csv) {
    out.write(policy_csv(policy));
  } else if (format == Format::table) {
    out.write(policy_table(policy, session.terminal));
  } else {
    out.write(policy_json(policy, format == Format::jsonl));
  }
  out.finish();
}

/// The states that a rule of the command line is for: each one given, or all of them.
std::vector<std::optional<Status>> rule_states(const PruneArguments& arguments) {
  std::vector<std::optional<Status>> states;
  for (const Status status : arguments.states()) states.emplace_back(status);
  if (states.empty()) states.emplace_back(std::nullopt);
  return states;
}

void set_rules(RetentionPolicy& policy, const PruneArguments& arguments) {
  const bool narrowed = !arguments.fn_id.empty() || !arguments.status.empty();
  if (arguments.max_size && narrowed) {
    throw UsageError(
        "--max-size is for the whole store; give it to --set-policy without FN_ID and "
        "--status");
  }
  if (arguments.max_size) policy.max_bytes = arguments.bytes();
  const bool only_size = arguments.max_size && !arguments.older_than && !arguments.keep_last;
  if (only_size) return;
  for (const std::optional<Status>& status : rule_states(arguments)) {
    std::erase_if(policy.rules, [&](const RetentionRule& rule) {
      return rule.fn_id == arguments.fn_id && rule.status == status;
    });
    policy.rules.push_back({arguments.fn_id, status, arguments.age(), arguments.calls_to_keep()});
  }
}

void clear_rules(RetentionPolicy& policy, const PruneArguments& arguments) {
  if (arguments.fn_id.empty() && arguments.status.empty()) {
    policy = {};
    return;
  }
  for (const std::optional<Status>& status : rule_states(arguments)) {
    const auto gone = std::erase_if(policy.rules, [&](const RetentionRule& rule) {
      return rule.fn_id == arguments.fn_id && rule.status == status;
    });
    if (gone == 0) {
      throw Error(Errc::not_found,
                  fmt::format("there is no rule for function {} and status {}",
                              arguments.fn_id.empty() ? "(all)" : in_quotes(arguments.fn_id),
                              status ? to_string(*status) : "(all)"));
    }
  }
}

int run_policy(const PruneArguments& arguments, const Session& session) {
  if (arguments.set_policy + arguments.clear_policy + arguments.show_policy > 1) {
    throw UsageError("give one of --set-policy, --clear-policy and --show-policy");
  }
  if (arguments.dry_run) throw UsageError("--dry-run does not go with a policy");
  const bool limits = arguments.older_than || arguments.keep_last || arguments.max_size;
  if (limits && !arguments.set_policy) {
    throw UsageError("limits go with --set-policy only");
  }
  if (arguments.show_policy) {
    show_policy(session.open_to_read().retention_policy(), session);
    return exit_status::done;
  }
  rule_states(arguments);  // a usage error comes before the store is touched
  Store store = session.open_to_change();
  RetentionPolicy policy = store.retention_policy();
  if (arguments.set_policy) {
    set_rules(policy, arguments);
  } else {
    clear_rules(policy, arguments);
  }
  store.set_retention_policy(policy);
  show_policy(store.retention_policy(), session);
  return exit_status::done;
}

int run(const PruneArguments& arguments, const Session& session) {
  if (arguments.set_policy || arguments.clear_policy || arguments.show_policy) {
    return run_policy(arguments, session);
  }
  PruneRequest request;
  request.fn_id = arguments.fn_id;
  request.status = arguments.states();
  if (const auto age = arguments.age()) {
    request.before = std::max(earliest_timestamp, system_clock().now() - *age);
  }
  request.keep_last = arguments.calls_to_keep();
  request.max_bytes = arguments.bytes();
  request.dry_run = arguments.dry_run;
  const bool names_something = !request.fn_id.empty() || !request.status.empty() ||
                               request.before || request.keep_last || request.max_bytes;
  if (!names_something) {
    throw UsageError(
        "say which calls may go: give FN_ID, --status, --older-than, --keep-last or "
        "--max-size; see fnstore-query prune --help");
  }
  Store store = arguments.dry_run ? session.open_to_read() : session.open_to_change();
  PruneResult result;
  {
    Progress progress("prune", 0, session.terminal);
    if (!request.max_bytes) {
      request.progress = [&](std::uint64_t done, std::uint64_t total) {
        progress.set_total(total);
        progress.update(done, done);
      };
    }
    result = store.prune(request);
  }
  const Format format = session.output_format();
  Output out = session.standard_output(format);
  out.write(render(numbers_of(result, arguments.dry_run), format, session));
  out.finish();
  return exit_status::done;
}

}  // namespace

Run define_prune(CLI::App& app) {
  const auto arguments = std::make_shared<PruneArguments>();
  define_prune_arguments(app, *arguments);
  return [arguments](const Session& session) { return run(*arguments, session); };
}

}  // namespace fnstore::query
