#include "command_line.h"
#include "words.h"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <variant>
#include <vector>

using namespace fnstore;
using namespace fnstore::run;

namespace {

void expect(bool holds) {
  if (!holds) std::abort();
}

void check(const Request& request) {
  if (request.print) return;
  expect(!request.db.empty());
  if (const auto* exec = std::get_if<CommandRequest>(&request.command)) {
    expect(!exec->argv.empty() && exec->timeout.count() >= 0);
    expect(exec->memory <= UINT64_MAX >> 20U);  // in bytes, it is counted in as many bits
  }
  if (const auto* submit = std::get_if<SubmitRequest>(&request.command)) {
    const std::int32_t priority = submit->options.priority.value_or(0);
    expect(!submit->command.argv.empty() && priority >= 0 && priority <= 2);
  }
  if (const auto* detach = std::get_if<DetachRequest>(&request.command)) {
    expect(!detach->command.argv.empty() && detach->options.placement_timeout.count() >= 0);
  }
}

}  // namespace

extern "C" int LLVMFuzzerInitialize(int*, char***) {
  ::unsetenv("FNSTORE_DB");
  return 0;
}

// A whole command line, a word a line.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::vector<std::string> words = split_words(data, size);
  words.insert(words.begin(), "fnstore-run");
  std::vector<const char*> argv;
  for (const std::string& word : words) argv.push_back(word.c_str());
  try {
    check(parse_command_line(static_cast<int>(argv.size()), argv.data()));
  } catch (const UsageError& error) {
    const std::string what = error.what();
    expect(!what.empty() && harmless(what) == what);
  }
  return 0;
}
