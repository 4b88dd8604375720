#include "commands.h"

#include <catch2/catch.hpp>
#include <csignal>
#include <stop_token>
#include <string>
#include <thread>

using namespace fnstore;
using namespace fnstore::executor;
using namespace std::chrono_literals;

namespace {

/// Everything in the group ignores SIGTERM, the shell and its two children of different kinds.
constexpr const char* stubborn =
    "trap '' TERM; sleep 60 & (sleep 60; sleep 60) & echo $$; echo up >&2; sleep 60; sleep 60";

pid_t group_of(const CapturedResult& result) {
  return std::stoi(result.output);
}

/// Runs it and asks for a stop as soon as the file is there.
CapturedResult stop_when_up(const CapturedCommand& command, const std::string& file) {
  std::stop_source source;
  std::jthread stopper{[&](const std::stop_token& over) {
    while (!over.stop_requested() && content_of(file).empty()) std::this_thread::sleep_for(5ms);
    source.request_stop();
  }};
  return run_captured(command, source.get_token());
}

}  // namespace

TEST_CASE("a timeout ends a stubborn group whole") {
  CapturedCommand command = shell(stubborn);
  command.timeout = 1s;
  command.grace = 300ms;
  CapturedResult result;
  const auto took = time_of([&] { result = run(command); });
  CHECK(took >= 1'300ms);
  CHECK(took < 8s);
  CHECK(result.status == Status::error);
  CHECK(result.error == "timeout: after 1 s; SIGTERM did not end all of it, SIGKILL did");
  CHECK(result.exit_status == 124);
  CHECK(result.log == "up\n");
  CHECK(alive_in_group(group_of(result)) == 0);
}

TEST_CASE("a timeout ends a command that obeys without a grace to the end") {
  CapturedCommand command =
      shell("trap 'echo bye; exit 0' TERM; echo $$; while :; do sleep 0.05; done");
  command.timeout = 1s;
  command.grace = 60s;
  CapturedResult result;
  CHECK(time_of([&] { result = run(command); }) < 30s);
  CHECK(result.status == Status::error);
  CHECK(result.error == "timeout: after 1 s");
  CHECK(result.output.ends_with("bye\n"));
  CHECK(alive_in_group(group_of(result)) == 0);
}

TEST_CASE("a stop from another thread cancels, whatever the command makes of it") {
  const ScratchFolder folder;
  CapturedCommand command =
      shell("trap 'exit 0' TERM; echo $$; echo 1 > \"$UP\"; while :; do sleep 0.05; done");
  command.environment = {"UP=" + folder.file("up")};
  CapturedResult result = stop_when_up(command, folder.file("up"));
  CHECK(result.status == Status::cancelled);
  CHECK(result.error == "client_request: while the command ran");
  CHECK(result.exit_status == 0);
  CHECK(alive_in_group(group_of(result)) == 0);

  command = shell("echo $$; echo 1 > \"$UP\"; sleep 60; sleep 60");
  command.environment = {"UP=" + folder.file("up2")};
  result = stop_when_up(command, folder.file("up2"));
  CHECK(result.status == Status::cancelled);
  CHECK(result.exit_status == 128 + SIGTERM);
}

TEST_CASE("a stop kills a stubborn group after the grace") {
  const ScratchFolder folder;
  CapturedCommand command =
      shell("trap '' TERM; sleep 60 & echo $$; echo 1 > \"$UP\"; sleep 60; sleep 60");
  command.environment = {"UP=" + folder.file("up")};
  command.grace = 100ms;
  const CapturedResult result = stop_when_up(command, folder.file("up"));
  CHECK(result.status == Status::cancelled);
  CHECK(result.error ==
        "client_request: while the command ran; SIGTERM did not end all of it, SIGKILL did");
  CHECK(result.exit_status == 128 + SIGKILL);
  CHECK(alive_in_group(group_of(result)) == 0);
}

TEST_CASE("a stop before the start runs nothing, one after the end changes nothing") {
  const ScratchFolder folder;
  std::stop_source source;
  source.request_stop();
  CapturedCommand command = shell("echo ran > \"$FILE\"");
  command.environment = {"FILE=" + folder.file("ran")};
  bool started = false;
  CapturedResult result = run_captured(command, source.get_token(), [&] { started = true; });
  CHECK(result.status == Status::cancelled);
  CHECK(result.error == "client_request: before the command started");
  CHECK(result.completed_at == result.started_at);
  CHECK_FALSE(started);
  CHECK(content_of(folder.file("ran")).empty());

  std::stop_source late;
  command = shell("echo $$; exit 3");
  result = run_captured(command, late.get_token());
  late.request_stop();
  CHECK(result.error == "bad_exit: status 3");
}

TEST_CASE("a command that ended before the stop was noticed has its own end") {
  std::stop_source source;
  const CapturedResult result = run_captured(shell("exit 3"), source.get_token(), [&] {
    // Long enough for the command to end on any machine that is not stuck.
    std::this_thread::sleep_for(500ms);
    source.request_stop();
  });
  CHECK(result.status == Status::error);
  CHECK(result.error == "bad_exit: status 3");
}
