#include "fnstore/change_feed.h"
#include "fnstore/json.h"

#include "call_lines.h"
#include "command.h"
#include "failure.h"
#include "given_option.h"
#include "harmless.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <charconv>
#include <chrono>
#include <fmt/format.h>
#include <memory>
#include <thread>
#include <utility>

namespace fnstore::query {
namespace {

constexpr const char* tail_footer =
    "The newest last. With -f it goes on: a call comes when it is recorded and again\n"
    "whenever its state changes, whatever process does it, at most 0.2 s later, until\n"
    "Ctrl-C. It holds no lock meanwhile, and goes on after the store was pruned or\n"
    "restored. With -f, json is a line a call. Calls inserted in bulk (128 and more\n"
    "of one function at once) come as far as they are the newest of their function.\n"
    "\n"
    "Examples:\n"
    "  fnstore-query --db history.db tail\n"
    "  fnstore-query --db history.db tail resize -n 50\n"
    "  fnstore-query --db history.db tail -f --status error\n";

using SteadyClock = std::chrono::steady_clock;

constexpr std::chrono::milliseconds poll_interval{100};
constexpr std::chrono::seconds reopen_patience{10};
constexpr std::size_t default_count = 10;

struct TailArguments {
  std::string fn_id;
  std::optional<std::string> count;
  bool follow = false;
  std::vector<std::string> status;
};

std::size_t parse_count(const std::optional<std::string>& text) {
  if (!text) return default_count;
  std::size_t value = 0;
  const char* const end = text->data() + text->size();
  const auto parsed = std::from_chars(text->data(), end, value);
  const bool whole = !text->empty() && parsed.ptr == end && parsed.ec == std::errc{};
  if (whole && value <= limits::calls_per_page) return value;
  throw UsageError(fmt::format("-n: {} is not a number of calls; give an integer from 0 to {}",
                               in_quotes(*text), limits::calls_per_page));
}

CallFilter make_tail_filter(const TailArguments& arguments) {
  CallFilter filter;
  filter.fn_id = arguments.fn_id;
  for (const std::string& word : arguments.status) filter.status.push_back(parse_status(word));
  return filter;
}

/// The newest calls, oldest first.
std::vector<Call> newest(const Store& store, CallFilter filter, std::size_t count) {
  if (count == 0) return {};
  filter.per_page = count;
  std::vector<Call> calls = store.list(filter).items;
  std::ranges::reverse(calls);
  return calls;
}

/// Calls as they come, in one format.
class CallStream {
 public:
  CallStream(const Session& session, Format format, bool with_function, bool follows)
      : format_(follows && format == Format::json ? Format::jsonl : format),
        follows_(follows),
        out_(session.standard_output(format_)),
        lines_(session, format_, with_function) {}

  void write(const std::vector<Call>& calls) {
    if (format_ == Format::json) {
      out_.write(to_json(CallList{"", calls}) + "\n");
    } else {
      if (!std::exchange(started_, true)) out_.write(lines_.header(calls, follows_));
      for (const Call& call : calls) out_.write(lines_.line(call));
    }
    out_.finish();
  }

 private:
  Format format_;
  bool follows_;
  Output out_;
  CallLines lines_;
  bool started_ = false;
};

/// An open store with its feed, opened again when the file was exchanged.
class FollowedStore {
 public:
  explicit FollowedStore(const Session& session) : session_(session) { open(); }

  const Store& store() const { return *store_; }

  std::vector<Call> next(const CallFilter& filter) {
    try {
      std::vector<Call> calls = feed_->next(filter);
      failed_ = false;
      return calls;
    } catch (const Error& error) {
      const bool may_be_exchanged = store_->exchanged() || error.code() == Errc::corrupt;
      if (failed_ || !may_be_exchanged) throw;
      failed_ = true;
      reopen(error);
    }
    return {};
  }

 private:
  void open() {
    feed_.reset();
    store_.reset();
    store_.emplace(session_.open_to_read());
    feed_.emplace(*store_);
  }

  /// Tries for a while: a store that is being restored is not there for a moment. Throws the
  /// reason when that does not help.
  void reopen(const Error& reason) {
    const auto end = SteadyClock::now() + reopen_patience;
    while (true) {
      try {
        open();
        say(paint("the store was exchanged; following the new one", Color::dim,
                  session_.terminal.color_error));
        return;
      } catch (const Error&) {
        if (SteadyClock::now() >= end) throw reason;
      }
      std::this_thread::sleep_for(poll_interval);
    }
  }

  const Session& session_;
  std::optional<Store> store_;
  std::optional<ChangeFeed> feed_;
  bool failed_ = false;  // the last time: to open it again does not help
};

[[noreturn]] void follow(FollowedStore& followed, const CallFilter& filter, CallStream& stream,
                         std::vector<Call> shown) {
  while (true) {
    std::vector<Call> calls = followed.next(filter);
    // What was recorded while the first page was read is in both.
    std::erase_if(calls, [&](const Call& call) { return std::ranges::count(shown, call) > 0; });
    if (!calls.empty()) {
      shown.clear();
      stream.write(calls);
    }
    std::this_thread::sleep_for(poll_interval);
  }
}

int run(const TailArguments& arguments, const Session& session) {
  const CallFilter filter = make_tail_filter(arguments);
  const std::size_t count = parse_count(arguments.count);
  const Format format = session.output_format();
  CallStream stream(session, format, filter.fn_id.empty(), arguments.follow);
  if (!arguments.follow) {
    stream.write(newest(session.open_to_read(), filter, count));
    return exit_status::done;
  }
  FollowedStore followed(session);
  std::vector<Call> first = newest(followed.store(), filter, count);
  stream.write(first);
  follow(followed, filter, stream, std::move(first));
}

}  // namespace

Run define_tail(CLI::App& app) {
  const auto arguments = std::make_shared<TailArguments>();
  app.add_option("FN_ID", arguments->fn_id, "Only calls of this function. Default: all functions");
  add_given_option(app, "-n,--lines", arguments->count, "N",
                   "Begin with the newest N calls, 0 to 10000. Default: 10");
  app.add_flag("-f,--follow", arguments->follow, "Go on with each call as it is recorded");
  app.add_option("--status", arguments->status,
                 "Only calls in this state. May be given several times")
      ->type_name("delayed|queued|running|success|error|cancelled")
      ->allow_extra_args(false);
  app.footer(tail_footer);
  return [arguments](const Session& session) { return run(*arguments, session); };
}

}  // namespace fnstore::query
