#include "fnstore/json.h"

#include "command_line.h"
#include "failure.h"
#include "harmless.h"
#include "list_arguments.h"
#include "prune_arguments.h"
#include "shell_words.h"
#include "words.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <optional>
#include <string>
#include <vector>

using namespace fnstore;
using namespace fnstore::query;

namespace {

constexpr const char* some_cursor = "MDFEN04";

const Timestamp now{std::chrono::milliseconds(1'554'422'700'250)};

/// What the last `list` that ran selected.
std::optional<CallFilter> selected;

void expect(bool holds) {
  if (!holds) std::abort();
}

/// Both may be told apart by nothing but the page.
void expect_same(const CallFilter& one, const CallFilter& other) {
  expect(one.fn_id == other.fn_id && one.from_time == other.from_time);
  expect(one.to_time == other.to_time && one.per_page == other.per_page);
  expect(one.status == other.status && one.type == other.type);
  expect(one.app_id == other.app_id && one.trigger_id == other.trigger_id);
  expect(one.error == other.error);
}

Request parse(const std::vector<std::string>& words) {
  std::vector<const char*> argv;
  for (const std::string& word : words) argv.push_back(word.c_str());
  return parse_command_line(static_cast<int>(argv.size()), argv.data());
}

/// The command for the next page, as a shell reads it, selects the same calls.
void check_next_page(const ListArguments& arguments, const CallFilter& filter, Session session,
                     bool ascii_only) {
  session.terminal.error_is_terminal = ascii_only;
  const std::string line = next_page_command(arguments, filter, some_cursor, session);
  expect(harmless_line(line, ascii_only) == line);
  const Request again = parse(shell_words(line));
  expect(!again.print && again.session.db == session.db);
  again.run(again.session);
  expect(selected && selected->cursor == some_cursor);
  expect_same(*selected, filter);
}

int run_list(const ListArguments& arguments, const Session& session) {
  const CallFilter filter = make_filter(arguments, now);
  const bool is_first = !selected;
  selected = filter;
  if (is_first && session.db_given) {
    check_next_page(arguments, filter, session, false);
    check_next_page(arguments, filter, session, true);
  }
  return 0;
}

/// What was understood, written plainly, is understood as the same.
int run_prune(const PruneArguments& arguments, const Session&) {
  PruneArguments plain;
  const auto age = arguments.age();
  if (age) plain.older_than = std::to_string(age->count() / 1'000) + "s";
  const auto keep = arguments.calls_to_keep();
  if (keep) plain.keep_last = std::to_string(*keep);
  const auto bytes = arguments.bytes();
  if (bytes) plain.max_size = std::to_string(*bytes);
  for (const Status status : arguments.states()) plain.status.emplace_back(to_string(status));
  expect(plain.age() == age && plain.calls_to_keep() == keep && plain.bytes() == bytes);
  expect(plain.states() == arguments.states());
  return 0;
}

template <typename Arguments, auto Define, auto Execute>
Run define(CLI::App& app) {
  const auto arguments = std::make_shared<Arguments>();
  Define(app, *arguments);
  return [arguments](const Session& session) { return Execute(*arguments, session); };
}

}  // namespace

/// In the place of the tool's own: these two have every kind of value there is, and touch no file.
std::span<const Command> fnstore::query::commands() {
  static constexpr std::array<Command, 2> two{{
      {"list", "Lists", define<ListArguments, define_list_arguments, run_list>},
      {"prune", "Prunes", define<PruneArguments, define_prune_arguments, run_prune>},
  }};
  return two;
}

extern "C" int LLVMFuzzerInitialize(int*, char***) {
  ::unsetenv("FNSTORE_DB");
  return 0;
}

// A whole command line, a word a line.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::vector<std::string> words = split_words(data, size);
  words.insert(words.begin(), "fnstore-query");
  selected.reset();
  std::optional<Request> request;
  try {
    request = parse(words);
    if (request->run) {
      // What is refused from here on is refused before the page is known.
      request->run(request->session);
    }
  } catch (const UsageError& error) {
    expect(!selected && is_valid_utf8(harmless_line(error.what())));
  }
  return 0;
}
