#include "executor/verdict.h"

#include "fnstore/json.h"

#include <cerrno>
#include <cstring>
#include <string_view>
#include <sys/wait.h>

namespace fnstore::executor {
namespace {

constexpr int signal_base = 128;
constexpr int timeout_status = 124;
constexpr int unknown_status = 125;
constexpr int not_executable_status = 126;
constexpr int not_found_status = 127;

constexpr std::size_t shown_name_bytes = 256;

std::string signal_name(int signal) {
  const char* name = ::sigabbrev_np(signal);
  return name != nullptr ? std::string{"SIG"} + name : "signal " + std::to_string(signal);
}

std::string numbered_signal(int signal) {
  const std::string number = "signal " + std::to_string(signal);
  return ::sigabbrev_np(signal) != nullptr ? number + " (" + signal_name(signal) + ')' : number;
}

/// A program's name as an error may hold it: short, valid UTF-8 without control characters.
std::string shown(std::string name) {
  const bool is_utf8 = name.size() <= shown_name_bytes && is_valid_utf8(name);
  if (name.size() > shown_name_bytes) name = name.substr(0, shown_name_bytes) + "...";
  for (char& c : name) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20U || byte == 0x7FU || (!is_utf8 && byte >= 0x80U)) c = '?';
  }
  return name;
}

const char* force_used(const Ending& ending) {
  return ending.killed ? "; SIGTERM did not end all of it, SIGKILL did" : "";
}

/// Without the cause: what the command itself did.
Verdict own_end(int wait_status) {
  if (WIFSIGNALED(wait_status)) {
    const int signal = WTERMSIG(wait_status);
    return {Status::error, "killed: " + numbered_signal(signal), signal_base + signal};
  }
  const int status = WEXITSTATUS(wait_status);
  if (status == 0) return {};
  return {Status::error, "bad_exit: status " + std::to_string(status), status};
}

}  // namespace

Verdict verdict_on(const Ending& ending, std::chrono::seconds timeout) {
  if (ending.cause == Ending::Cause::timeout) {
    return {Status::error,
            "timeout: after " + std::to_string(timeout.count()) + " s" + force_used(ending),
            timeout_status};
  }
  if (ending.cause == Ending::Cause::client_request) {
    const int status =
        ending.wait_status ? own_end(*ending.wait_status).exit_status : unknown_status;
    return {Status::cancelled,
            std::string{"client_request: while the command ran"} + force_used(ending), status};
  }
  if (!ending.wait_status) {
    return {Status::error, "lost: another part of this program waited for the command",
            unknown_status};
  }
  Verdict verdict = own_end(*ending.wait_status);
  if (ending.cause == Ending::Cause::signal_to_us && verdict.status != Status::success) {
    verdict.status = Status::cancelled;
    verdict.error = "killed: " + signal_name(ending.signal_to_us) + " was sent to the runner";
    if (WIFSIGNALED(*ending.wait_status)) verdict.ended_by = ending.signal_to_us;
  }
  return verdict;
}

Verdict verdict_on(const SpawnFailure& failure, const SpawnPlan& plan) {
  const std::string name = shown(plan.argv.front());
  const std::string reason = std::strerror(failure.error);
  switch (failure.step) {
    case SpawnFailure::Step::fork:
      return {Status::error, "not_placed: no process can be started: " + reason,
              not_executable_status};
    case SpawnFailure::Step::limit_memory:
      return {Status::error, "not_placed: its memory cannot be limited: " + reason,
              not_executable_status};
    case SpawnFailure::Step::execute:
    case SpawnFailure::Step::none:
      break;
  }
  const bool is_missing = failure.error == ENOENT || failure.error == ENOTDIR;
  if (is_missing && !program_exists(plan)) {
    return {Status::error, "bad_exit: command not found: " + name, not_found_status};
  }
  return {Status::error,
          "bad_exit: not executable: " + name + ": " +
              (is_missing ? "its interpreter does not exist" : reason),
          not_executable_status};
}

Verdict verdict_before_start(const EndRequest& request) {
  const std::string cause =
      request.cause == Ending::Cause::client_request
          ? "client_request:"
          : "killed: " + signal_name(request.signal) + " was sent to the runner";
  return {Status::cancelled, cause + " before the command started", signal_base + request.signal};
}

}  // namespace fnstore::executor
