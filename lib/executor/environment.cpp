#include "executor/environment.h"

#include "fnstore/error.h"

#include "model/quote.h"

#include <algorithm>
#include <array>
#include <map>
#include <unistd.h>

namespace fnstore::executor {
namespace {

using Variables = std::map<std::string, std::string, std::less<>>;

constexpr std::array passed_names = {
    std::string_view{"PATH"},  std::string_view{"HOME"},    std::string_view{"LANG"},
    std::string_view{"TZ"},    std::string_view{"TERM"},    std::string_view{"USER"},
    std::string_view{"SHELL"}, std::string_view{"LOGNAME"}, std::string_view{"TMPDIR"},
};
constexpr std::string_view passed_prefix = "LC_";

constexpr std::string_view call_id_name = "FNSTORE_CALL_ID";
constexpr std::string_view fn_id_name = "FNSTORE_FN_ID";
constexpr std::string_view attempt_name = "FNSTORE_ATTEMPT";
constexpr std::string_view deadline_name = "FNSTORE_DEADLINE";
constexpr std::array own_names = {call_id_name, fn_id_name, attempt_name, deadline_name};

bool is_passed(std::string_view name) {
  return name.starts_with(passed_prefix) ||
         std::find(passed_names.begin(), passed_names.end(), name) != passed_names.end();
}

Variables caller_variables() {
  Variables all;
  for (char** entry = environ; entry != nullptr && *entry != nullptr; ++entry) {
    const std::string_view text = *entry;
    const std::size_t equals = text.find('=');
    if (equals == std::string_view::npos || equals == 0) continue;
    all.emplace(text.substr(0, equals), text.substr(equals + 1));
  }
  return all;
}

}  // namespace

Environment command_environment(const std::vector<std::string>& extra, const CallKey& call,
                                int attempt, std::optional<Timestamp> deadline) {
  const Variables caller = caller_variables();
  Variables chosen;
  for (const auto& [name, value] : caller) {
    if (is_passed(name)) chosen.emplace(name, value);
  }
  for (const std::string& entry : extra) {
    const std::size_t equals = entry.find('=');
    if (equals != std::string::npos) {
      chosen.insert_or_assign(entry.substr(0, equals), entry.substr(equals + 1));
    } else if (const auto found = caller.find(entry); found != caller.end()) {
      chosen.insert_or_assign(entry, found->second);
    }
  }
  chosen.insert_or_assign(std::string{call_id_name}, std::string{call.id});
  chosen.insert_or_assign(std::string{fn_id_name}, std::string{call.fn_id});
  chosen.insert_or_assign(std::string{attempt_name}, std::to_string(attempt));
  if (deadline) chosen.insert_or_assign(std::string{deadline_name}, format_rfc3339(*deadline));

  Environment environment;
  environment.reserve(chosen.size());
  for (const auto& [name, value] : chosen) {
    environment.push_back(name);
    environment.back().append(1, '=').append(value);
  }
  return environment;
}

void check_environment(const std::vector<std::string>& extra) {
  for (const std::string& entry : extra) {
    const std::string name = entry.substr(0, entry.find('='));
    if (name.empty() || entry.find('\0') != std::string::npos) {
      // The value may be a secret: only the name is told.
      throw Error(Errc::invalid, "not an environment variable: " + quote(name) +
                                     "; give NAME to pass yours on, or NAME=VALUE to set it");
    }
    if (std::find(own_names.begin(), own_names.end(), name) != own_names.end()) {
      throw Error(Errc::invalid, name + " is set by fnstore itself and cannot be given");
    }
  }
}

std::optional<std::string_view> find_variable(const Environment& environment,
                                              std::string_view name) {
  for (const std::string_view entry : environment) {
    if (entry.size() > name.size() && entry.starts_with(name) && entry[name.size()] == '=') {
      return entry.substr(name.size() + 1);
    }
  }
  return std::nullopt;
}

}  // namespace fnstore::executor
