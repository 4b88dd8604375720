#include "fnstore/error.h"
#include "fnstore/limits.h"

#include "commands.h"

#include <catch2/catch.hpp>
#include <cerrno>
#include <fstream>
#include <string>
#include <sys/wait.h>

using namespace fnstore;
using namespace fnstore::executor;
using namespace std::chrono_literals;
using Catch::Matchers::StartsWith;

TEST_CASE("a command's exit status and signal are its end") {
  CapturedResult result = run(shell("exit 0"));
  CHECK(result.status == Status::success);
  CHECK(result.exit_status == 0);
  CHECK(result.started_at.time_since_epoch() > 0ms);
  CHECK(result.completed_at >= result.started_at);

  result = run(shell("echo out; echo log >&2; exit 3"));
  CHECK(result.status == Status::error);
  CHECK(result.error == "bad_exit: status 3");
  CHECK(result.exit_status == 3);
  CHECK(result.output == "out\n");
  CHECK(result.log == "log\n");

  result = run(shell("kill -SEGV $$"));
  CHECK(result.status == Status::error);
  CHECK(result.error == "killed: signal 11 (SIGSEGV)");
  CHECK(result.exit_status == 139);
}

TEST_CASE("a command that cannot be executed is an error, and has not started") {
  const ScratchFolder folder;
  bool started = false;
  CapturedCommand command = shell("");
  command.argv = {"fnstore-no-such-program"};
  CapturedResult result = run_captured(command, {}, [&] { started = true; });
  CHECK(result.status == Status::error);
  CHECK(result.error == "bad_exit: command not found: fnstore-no-such-program");
  CHECK(result.exit_status == 127);
  CHECK(result.stats.empty());
  CHECK(result.completed_at >= result.started_at);

  std::ofstream{folder.file("text")} << "no program";
  command.argv = {folder.file("text")};
  result = run_captured(command, {}, [&] { started = true; });
  CHECK(result.status == Status::error);
  CHECK_THAT(result.error, StartsWith("bad_exit: not executable: "));
  CHECK(result.exit_status == 126);
  CHECK_FALSE(started);
}

TEST_CASE("`started` comes when the command runs, before it ends") {
  const ScratchFolder folder;
  CapturedCommand command = shell("until [ -e \"$GO\" ]; do sleep 0.02; done; cat \"$GO\"");
  command.environment = {"GO=" + folder.file("go")};
  command.timeout = 60s;
  const CapturedResult result =
      run_captured(command, {}, [&] { std::ofstream{folder.file("go")} << "went"; });
  CHECK(result.status == Status::success);
  // The shell may look between the file's birth and its content.
  CHECK(std::string{"went"}.starts_with(result.output));
}

TEST_CASE("when `started` throws, nothing is left of the command") {
  struct Refused {};
  CHECK_THROWS_AS(run_captured(shell("sleep 60 & sleep 60"), {}, [] { throw Refused{}; }), Refused);
  CHECK((::waitpid(-1, nullptr, WNOHANG) == -1 && errno == ECHILD));
}

TEST_CASE("stats tell what the command used") {
  CapturedCommand command = shell("i=0; while [ $i -lt 30000 ]; do i=$((i+1)); done; sleep 0.2");
  command.sample_interval = 50ms;
  command.memory = 512;
  const CapturedResult result = run(command);
  REQUIRE(result.stats.size() >= 2);
  const auto& last = result.stats.back().metrics;
  CHECK(last.at("cpu_total") > 0);
  CHECK(last.at("mem_usage") > 0);
  CHECK(last.at("mem_limit") == std::uint64_t{512} << 20);
  CHECK(result.stats.back().timestamp == result.completed_at);
}

TEST_CASE("the memory limit holds") {
  CapturedCommand command = shell("dd if=/dev/zero of=/dev/null bs=256M count=1");
  CHECK(run(command).status == Status::success);
  command.memory = 64;
  const CapturedResult result = run(command);
  CHECK(result.status == Status::error);
  CHECK(result.error == "bad_exit: status 1");
}

TEST_CASE("a command that makes no sense is refused before it runs") {
  const auto refuses = [](CapturedCommand command) {
    try {
      check_captured(command);
    } catch (const Error& error) {
      return error.code() == Errc::invalid;
    }
    return false;
  };
  CapturedCommand command = shell("exit 0");
  CHECK_FALSE(refuses(command));
  CHECK(refuses({.call = command.call}));
  const auto with = [&](auto change) {
    CapturedCommand changed = command;
    change(changed);
    return refuses(changed);
  };
  CHECK(with([](CapturedCommand& c) { c.argv.emplace_back("a\0b", 3); }));
  CHECK(with([](CapturedCommand& c) { c.environment = {"FNSTORE_CALL_ID=x"}; }));
  CHECK(with([](CapturedCommand& c) { c.timeout = -1s; }));
  CHECK(with([](CapturedCommand& c) { c.grace = -1ms; }));
  CHECK(with([](CapturedCommand& c) { c.sample_interval = 0ms; }));
  CHECK(with([](CapturedCommand& c) { c.log_bytes = limits::log_bytes; }));
  CHECK(with([](CapturedCommand& c) { c.output_bytes = limits::payload_bytes + 1; }));
  CHECK(with([](CapturedCommand& c) { c.memory = UINT64_MAX; }));
  CHECK(with([](CapturedCommand& c) { c.attempt = 0; }));
  CHECK_THROWS_AS(run({.call = command.call}), Error);
}
