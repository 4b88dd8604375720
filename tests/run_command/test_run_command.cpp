#include "fnstore/error.h"
#include "fnstore/executor.h"
#include "fnstore/limits.h"

#include "store_folder.h"

#include <algorithm>
#include <atomic>
#include <catch2/catch.hpp>
#include <chrono>
#include <csignal>
#include <string>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>
#include <vector>

using namespace fnstore;
using namespace std::chrono_literals;
using std::chrono::steady_clock;

namespace {

CommandRequest shell(const std::string& script) {
  return {.fn_id = "f", .argv = {"sh", "-c", script}};
}

std::atomic<int> terms_seen{0};
std::atomic<int> children_seen{0};

void count_term(int) {
  ++terms_seen;
}
void count_child(int) {
  ++children_seen;
}
void wait_for_any_child(int) {
  while (::waitpid(-1, nullptr, WNOHANG) > 0) continue;
}

using Handler = void (*)(int);

struct sigaction current_action(int signal) {
  struct sigaction action = {};
  ::sigaction(signal, nullptr, &action);
  return action;
}

/// Puts the action back that stood before.
class HandlerDuringTest {
 public:
  HandlerDuringTest(int signal, Handler handler)
      : signal_(signal), before_(current_action(signal)) {
    std::signal(signal, handler);
  }
  ~HandlerDuringTest() { ::sigaction(signal_, &before_, nullptr); }
  HandlerDuringTest(const HandlerDuringTest&) = delete;
  HandlerDuringTest& operator=(const HandlerDuringTest&) = delete;

 private:
  int signal_;
  struct sigaction before_;
};

void wait_for_running(const Store& store, std::size_t count) {
  const auto end = steady_clock::now() + 10s;
  const CallFilter running{.status = {Status::running}};
  while (store.list(running).items.size() < count && steady_clock::now() < end) {
    std::this_thread::sleep_for(5ms);
  }
  // Recorded just before it starts: give it the time to.
  std::this_thread::sleep_for(200ms);
}

}  // namespace

TEST_CASE("the result is what the store has", "[run_command]") {
  StoreFolder folder;
  Store store = folder.open();
  const CommandResult result = run_command(store, shell("echo log >&2; exit 4"));
  CHECK(result.exit_status == 4);
  CHECK(result.call == store.get(result.call.key()));
  CHECK(result.call.status == Status::error);
  CHECK(result.call.error == "bad_exit: status 4");
  CHECK(store.get_log(result.call.key()) == "log\n");
}

TEST_CASE("a command without output on stderr has no log", "[run_command]") {
  StoreFolder folder;
  Store store = folder.open();
  const CommandResult result = run_command(store, {.fn_id = "f", .argv = {"true"}});
  CHECK_FALSE(store.find_log(result.call.key()));
}

TEST_CASE("requests that make no sense are refused and leave nothing", "[run_command]") {
  StoreFolder folder;
  Store store = folder.open();
  const CommandRequest good = shell("exit 0");
  std::vector<std::pair<CommandRequest, CommandOptions>> bad;
  const auto add = [&](auto change) {
    bad.emplace_back(good, CommandOptions{});
    change(bad.back().first, bad.back().second);
  };
  add([](auto& request, auto&) { request.argv.clear(); });
  add([](auto& request, auto&) { request.argv.push_back(std::string{"a\0b", 3}); });
  add([](auto& request, auto&) { request.fn_id = ""; });
  add([](auto& request, auto&) { request.fn_id = "a\nb"; });
  add([](auto& request, auto&) { request.app_id = std::string(limits::name_bytes + 1, 'a'); });
  add([](auto& request, auto&) { request.timeout = -1s; });
  add([](auto& request, auto&) { request.timeout = std::chrono::seconds{1'000'000'001}; });
  add([](auto& request, auto&) { request.memory = UINT64_MAX; });
  add([](auto& request, auto&) { request.environment = {""}; });
  add([](auto& request, auto&) { request.environment = {"=x"}; });
  add([](auto& request, auto&) { request.environment = {std::string{"A=\0", 3}}; });
  add([](auto& request, auto&) { request.environment = {"FNSTORE_FN_ID"}; });
  add([](auto&, auto& options) { options.grace = -1ms; });
  add([](auto&, auto& options) { options.sample_interval = 0ms; });
  add([](auto&, auto& options) { options.log_bytes = limits::log_bytes; });
  for (std::size_t i = 0; i < bad.size(); ++i) {
    INFO("case " << i);
    try {
      run_command(store, bad[i].first, bad[i].second);
      FAIL_CHECK("it was not refused");
    } catch (const Error& error) {
      CHECK(error.code() == Errc::invalid);
    }
  }
  CHECK(store.info().calls == 0);
}

TEST_CASE("the grace is kept", "[run_command]") {
  StoreFolder folder;
  Store store = folder.open();
  CommandRequest request = shell("trap '' TERM; while :; do sleep 60; done");
  request.timeout = 1s;
  const auto begun = steady_clock::now();
  const CommandResult result = run_command(store, request, {.grace = 100ms});
  const auto took = steady_clock::now() - begun;
  CHECK(result.exit_status == 124);
  CHECK(took >= 1100ms);
  CHECK(took < 2500ms);
  CHECK(*result.call.completed_at - *result.call.started_at >= 1100ms);
}

TEST_CASE("the log is cut where it is told to", "[run_command]") {
  StoreFolder folder;
  Store store = folder.open();
  const auto log_of = [&](const std::string& script, std::size_t bytes) {
    const CommandResult result = run_command(store, shell(script), {.log_bytes = bytes});
    return store.get_log(result.call.key());
  };
  CHECK(log_of("printf 12345 >&2", 5) == "12345");
  CHECK(log_of("printf 12345 >&2", 3) ==
        "123\n[fnstore: the log was cut here, 2 bytes were left out]\n");
  CHECK(log_of("echo 12 >&2; sleep 0.05; echo 345 >&2", 3) ==
        "12\n[fnstore: the log was cut here, 4 bytes were left out]\n");
  CHECK(log_of("printf 12345 >&2", 0) ==
        "[fnstore: the log was cut here, 5 bytes were left out]\n");
  CHECK(log_of("printf '\\360\\237\\230\\200' >&2", 3) ==
        "[fnstore: the log was cut here, 4 bytes were left out]\n");
  CHECK(log_of("printf 'a\\303\\274bc' >&2", 3) ==
        "a\xC3\xBC\n[fnstore: the log was cut here, 2 bytes were left out]\n");
}

TEST_CASE("any number of samples becomes at most the limit", "[run_command]") {
  StoreFolder folder;
  Store store = folder.open();
  const CommandResult result =
      run_command(store, {.fn_id = "f", .argv = {"sleep", "1.5"}}, {.sample_interval = 1ms});
  const Stats& stats = result.call.stats;
  CHECK(stats.size() > 20);
  CHECK(stats.size() <= limits::samples_per_call);
  const auto earlier = [](const Sample& a, const Sample& b) { return a.timestamp < b.timestamp; };
  CHECK(std::is_sorted(stats.begin(), stats.end(), earlier));
  CHECK(stats.front().timestamp - *result.call.started_at < 500ms);
  CHECK(*result.call.completed_at - stats.back().timestamp < 500ms);
}

TEST_CASE("the memory of this process is not taken for the command's", "[run_command]") {
  StoreFolder folder;
  Store store = folder.open();
  constexpr std::uint64_t held_bytes = std::uint64_t{200} << 20;
  const std::vector<char> held(held_bytes, 'x');
  const CommandResult result = run_command(store, {.fn_id = "f", .argv = {"sleep", "0.1"}});
  CHECK(result.call.stats.back().metrics.at("mem_usage") < held_bytes / 4);
  CHECK(held.back() == 'x');
}

TEST_CASE("nothing is left in this process", "[run_command]") {
  StoreFolder folder;
  Store store = folder.open();
  constexpr int signals[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGCHLD};
  std::vector<struct sigaction> actions;
  for (const int signal : signals) actions.push_back(current_action(signal));
  run_command(store, shell("exit 0"));
  const auto before = folder.open_descriptors();
  for (int i = 0; i < 10; ++i) run_command(store, shell("exit 0"));
  run_command(store, {.fn_id = "f", .argv = {"no-such-program"}});
  CHECK(folder.open_descriptors() == before);
  CHECK(::waitpid(-1, nullptr, WNOHANG) == -1);
  CHECK(errno == ECHILD);
  for (std::size_t i = 0; i < std::size(signals); ++i) {
    INFO("signal " << signals[i]);
    const struct sigaction action = current_action(signals[i]);
    CHECK(action.sa_handler == actions[i].sa_handler);
    CHECK(action.sa_flags == actions[i].sa_flags);
  }
  sigset_t mask;
  ::pthread_sigmask(SIG_SETMASK, nullptr, &mask);
  CHECK(::sigismember(&mask, SIGPIPE) == 0);
  CHECK(::sigismember(&mask, SIGTTOU) == 0);
}

TEST_CASE("a signal reaches every command and the program's own handler", "[run_command]") {
  StoreFolder folder;
  Store store = folder.open();
  const HandlerDuringTest handler{SIGTERM, count_term};
  terms_seen = 0;
  std::vector<CommandResult> results(3);
  std::vector<std::thread> threads;
  for (CommandResult& result : results) {
    threads.emplace_back([&] { result = run_command(store, shell("exec sleep 60")); });
  }
  wait_for_running(store, results.size());
  ::kill(::getpid(), SIGTERM);
  for (std::thread& thread : threads) thread.join();
  for (const CommandResult& result : results) {
    CHECK(result.exit_status == 128 + SIGTERM);
    CHECK(result.call.status == Status::cancelled);
    CHECK(result.call.error == "killed: SIGTERM was sent to the runner");
  }
  CHECK(terms_seen == 1);
  CHECK(current_action(SIGTERM).sa_handler == count_term);
}

TEST_CASE("commands in many threads do not disturb each other", "[run_command]") {
  StoreFolder folder;
  Store store = folder.open();
  constexpr int thread_count = 4;
  constexpr int runs = 10;
  std::atomic<int> wrong{0};
  std::vector<std::thread> threads;
  for (int t = 0; t < thread_count; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < runs; ++i) {
        const int status = 1 + (t * runs + i) % 100;
        const CommandResult result =
            run_command(store, shell("echo $$ >&2; exit " + std::to_string(status)));
        if (result.exit_status != status || !store.find_log(result.call.key())) ++wrong;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  CHECK(wrong == 0);
  CHECK(store.info().calls_by_status[static_cast<int>(Status::error)] == thread_count * runs);
}

TEST_CASE("the program's handler of SIGCHLD still runs", "[run_command]") {
  StoreFolder folder;
  Store store = folder.open();
  const HandlerDuringTest handler{SIGCHLD, count_child};
  children_seen = 0;
  run_command(store, shell("exit 0"));
  CHECK(children_seen >= 1);
  CHECK(current_action(SIGCHLD).sa_handler == count_child);
}

TEST_CASE("a command that somebody else waits for is recorded as lost", "[run_command]") {
  StoreFolder folder;
  Store store = folder.open();
  const HandlerDuringTest handler{SIGCHLD, wait_for_any_child};
  const CommandResult result = run_command(store, shell("sleep 0.1; exit 3"));
  CHECK(result.call.status == Status::error);
  CHECK(result.call.error.starts_with("lost: "));
  CHECK(result.exit_status == 125);
}
