#include "commands.h"

#include <catch2/catch.hpp>
#include <csignal>
#include <string>

using namespace fnstore;
using namespace fnstore::executor;
using namespace std::chrono_literals;

namespace {

constexpr std::size_t mebibyte = std::size_t{1} << 20;

/// No two of its stretches are the same for long.
std::string numbered_text(std::size_t bytes) {
  std::string text;
  for (int i = 0; text.size() < bytes; ++i) text += std::to_string(i) + '\n';
  text.resize(bytes);
  return text;
}

}  // namespace

TEST_CASE("a payload of many pipes full comes back through cat") {
  const std::string payload = numbered_text(5 * mebibyte);
  const CapturedResult result = run({.call = {.fn_id = "f", .id = "c"},
                                     .argv = {"cat"},
                                     .payload = payload,
                                     .output_bytes = 6 * mebibyte});
  CHECK(result.status == Status::success);
  CHECK(result.error.empty());
  CHECK((result.output == payload));
  CHECK_FALSE(result.output_cut);
}

TEST_CASE("an empty payload is an end of input at once") {
  const CapturedResult result = run(shell("cat; echo end"));
  CHECK(result.status == Status::success);
  CHECK(result.output == "end\n");
}

TEST_CASE("a command need not read its payload, or all of it") {
  const std::string payload = numbered_text(5 * mebibyte);
  CapturedCommand command = shell("echo done");
  command.payload = payload;
  const CapturedResult unread = run(command);
  CHECK(unread.status == Status::success);
  CHECK(unread.output == "done\n");

  command = shell("head -c 100000 | wc -c; exec <&-; echo closed");
  command.payload = payload;
  const CapturedResult partly = run(command);
  CHECK(partly.status == Status::success);
  CHECK(partly.output == "100000\nclosed\n");
}

TEST_CASE("a payload waits for a command that takes its time, while output flows") {
  const std::string payload = numbered_text(mebibyte);
  CapturedCommand command =
      shell("head -c 300000 /dev/zero; head -c 300000 /dev/zero >&2; sleep 0.1; wc -c");
  command.payload = payload;
  const CapturedResult result = run(command);
  CHECK(result.status == Status::success);
  CHECK(result.output.substr(300'000) == "1048576\n");
  CHECK(result.log.size() == 300'000);
}

TEST_CASE("output beyond the limit is read and dropped") {
  CapturedCommand command = shell("head -c 3000000 /dev/zero && echo all written >&2");
  command.output_bytes = 1'000;
  CapturedResult result = run(command);
  CHECK(result.status == Status::success);
  CHECK((result.output == std::string(1'000, '\0')));
  CHECK(result.output_cut);
  CHECK(result.log == "all written\n");

  command.output_bytes = 3'000'000;
  result = run(command);
  CHECK(result.output.size() == 3'000'000);
  CHECK_FALSE(result.output_cut);

  command.output_bytes = 0;
  result = run(command);
  CHECK(result.output.empty());
  CHECK(result.output_cut);
}

TEST_CASE("output that nobody wants goes to /dev/null") {
  CapturedCommand command = shell("echo lost; where=$(readlink /proc/$$/fd/1); echo $where >&2");
  command.keep_output = false;
  const CapturedResult result = run(command);
  CHECK(result.status == Status::success);
  CHECK(result.output.empty());
  CHECK_FALSE(result.output_cut);
  CHECK(result.log == "/dev/null\n");
}

TEST_CASE("stderr becomes the log, with a line where it was cut") {
  CapturedCommand command = shell("echo one >&2; echo out; echo two >&2");
  CapturedResult result = run(command);
  CHECK(result.log == "one\ntwo\n");
  CHECK(result.output == "out\n");

  command = shell("printf 0123456789abcdef >&2");
  command.log_bytes = 10;
  result = run(command);
  CHECK(result.log == "0123456789\n[fnstore: the log was cut here, 6 bytes were left out]\n");
}

TEST_CASE("a process left behind that holds the pipes open keeps nobody waiting") {
  CapturedResult result;
  const auto took = time_of([&] { result = run(shell("sleep 8 & echo $!; echo log >&2")); });
  CHECK(took < 6s);
  CHECK(result.status == Status::success);
  CHECK(result.log == "log\n");
  const pid_t left = std::stoi(result.output);
  CHECK(::kill(left, SIGKILL) == 0);
}
