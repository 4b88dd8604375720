#include "roles.h"

#include "fnstore/fnstore.h"
#include "fnstore/retention.h"
#include "fnstore/safekeeping.h"
#include "fnstore/sql.h"

#include <algorithm>
#include <chrono>
#include <csignal>
#include <filesystem>
#include <fmt/format.h>
#include <random>
#include <stdexcept>
#include <thread>
#include <unistd.h>
#include <vector>

using namespace fnstore;
using namespace std::chrono_literals;

namespace {

/// Long, since the whole test may be halted for a while; how long a call took is what is watched.
constexpr auto busy_timeout = 120s;
/// How long a reader of the slowest kind keeps the log from being emptied.
constexpr auto long_read = 700ms;
constexpr std::uint64_t kept_of_pruned = 400;

volatile std::sig_atomic_t told_to_end = 0;

StoreOptions options() {
  StoreOptions chosen;
  chosen.busy_timeout = busy_timeout;
  chosen.pack_after = 500;  // so that packing is often under way
  return chosen;
}

void print(const std::string& text) {
  const std::string line = text + '\n';
  if (::write(STDOUT_FILENO, line.data(), line.size()) < 0) ::_exit(3);  // atomic: it is short
}

void demand(bool holds, const std::string& what) {
  if (!holds) throw std::runtime_error(what);
}

class Player {
 public:
  Player(std::string path, std::uint64_t seed)
      : path_(std::move(path)), random_(seed), store_(Store::open(path_, options())) {}

  void insert() {
    Call call = new_call(fmt::format("{}{}", kept_prefix, random_() % 5));
    if (random_() % 2 == 0) call.status = Status::running;
    record(call);
    if (call.status == Status::running) {
      store_.transition(call.key(), {.to = Status::error, .error = "bad_exit: 1"});
    }
    if (random_() % 4 == 0) store_.put_log(call.key(), "a log of " + call.id);
    rest(3);
  }

  void insert_bulk() {
    const std::string fn_id =
        random_() % 2 == 0 ? std::string("pruned") : std::string(kept_prefix) + "bulk";
    std::vector<Call> calls;
    for (std::uint64_t i = 0; i < 1 + random_() % 300; ++i) calls.push_back(new_call(fn_id));
    store_.insert(calls);
    for (const Call& call : calls) acknowledge(call);
    rest(10);
  }

  /// What was acknowledged is in the very next page, and pages are in order.
  void list() {
    const Call own = new_call(fmt::format("{}list-{}", kept_prefix, ::getpid()));
    record(own);
    const CallList newest = store_.list({.fn_id = own.fn_id, .per_page = 5});
    demand(!newest.items.empty() && newest.items.front().id == own.id, "a page lacks a new call");
    CallFilter filter{.per_page = 40};
    std::string last = "~";
    for (int page = 0; page < 5; ++page) {
      const CallList list = store_.list(filter);
      for (const Call& call : list.items) {
        demand(call.id <= last, fmt::format("{} is listed after {}", call.id, last));
        last = call.id;
      }
      filter.cursor = list.next_cursor;
      if (filter.cursor.empty()) break;
    }
  }

  /// A feed tells of each call that was acknowledged before it is asked.
  void tail() {
    ChangeFeed feed(store_);
    for (int i = 0; i < 50 && told_to_end == 0; ++i) {
      const Call own = new_call(fmt::format("{}tail", kept_prefix));
      record(own);
      const std::vector<Call> news = feed.next({});
      const bool told = std::any_of(news.begin(), news.end(), [&](const Call& call) {
        return call.fn_id == own.fn_id && call.id == own.id;
      });
      demand(told, "a feed does not tell of " + own.id);
      rest(10);
    }
  }

  void prune() {
    PruneRequest request;
    request.fn_id = "pruned";
    request.keep_last = kept_of_pruned;
    store_.prune(request);
    rest(100);
  }

  void pack() {
    store_.pack();
    if (random_() % 8 == 0) store_.compact();
    rest(60);
  }

  /// A copy made meanwhile is sound.
  void copy() {
    back_up();
    read_slow();
  }

  /// As much as goes, so that the log grows.
  void write_fast() {
    std::vector<Call> calls;
    for (int i = 0; i < 300; ++i) {
      calls.push_back(new_call("fast"));
      calls.back().payload = std::string(1'000, static_cast<char>('a' + random_() % 26));
      for (int at = 0; at < 500; ++at) {
        calls.back().payload[static_cast<std::size_t>(at)] = static_cast<char>(random_() & 0x7f);
      }
    }
    store_.insert(calls);
  }

  void reopen() {
    store_ = Store::open(path_, options());
    record(new_call(fmt::format("{}reopen", kept_prefix)));
    store_.info();
    rest(20);
  }

  /// A statement that holds its moment for long.
  void read_slow() {
    const auto end = std::chrono::steady_clock::now() + long_read;
    run_sql(store_, "SELECT id FROM calls LIMIT 5000", [&](const SqlRow&) {
      if (std::chrono::steady_clock::now() < end) std::this_thread::sleep_for(1ms);
    });
  }

 private:
  void back_up() {
    const std::string target = fmt::format("{}-copy-{}", path_, ::getpid());
    demand(Safekeeping(store_).backup(target, {.force = true}).has_value(), "no backup was made");
    const Verification found = Safekeeping::verify_file(target);
    demand(found.ok(), "a backup is damaged: " + (found.ok() ? "" : found.problems[0].what));
    std::filesystem::remove(target);
  }

  Call new_call(std::string fn_id) {
    Call call;
    call.id = new_call_id();
    call.fn_id = std::move(fn_id);
    call.status = Status::success;
    call.created_at = system_clock().now();
    if (random_() % 8 == 0) call.payload = std::string(random_() % 2'000, 'p');
    return call;
  }

  void record(const Call& call) {
    store_.insert(call);
    acknowledge(call);
  }

  static void acknowledge(const Call& call) {
    if (call.fn_id.starts_with(kept_prefix)) print(call.fn_id + ' ' + call.id);
  }

  void rest(std::uint64_t most_ms) {
    std::this_thread::sleep_for(std::chrono::milliseconds(random_() % (most_ms + 1)));
  }

  std::string path_;
  std::mt19937_64 random_;
  Store store_;
};

using Part = void (Player::*)();
constexpr std::array<Part, role_names.size()> parts = {
    &Player::insert, &Player::insert_bulk, &Player::list,   &Player::tail,       &Player::prune,
    &Player::pack,   &Player::copy,        &Player::reopen, &Player::write_fast, &Player::read_slow,
};

}  // namespace

int play(std::string_view role, const std::string& path, std::uint64_t seed) {
  std::signal(SIGTERM, [](int) { told_to_end = 1; });
  try {
    const auto at = std::find(role_names.begin(), role_names.end(), role);
    if (at == role_names.end()) throw std::runtime_error("no such role");
    Player player(path, seed);
    const Part part = parts[static_cast<std::size_t>(at - role_names.begin())];
    while (told_to_end == 0) {
      const auto start = std::chrono::steady_clock::now();
      (player.*part)();
      const auto took = std::chrono::steady_clock::now() - start;
      print(fmt::format("took {}", std::chrono::ceil<std::chrono::milliseconds>(took).count()));
    }
    return 0;
  } catch (const std::exception& failure) {
    print(fmt::format("! {}: {}", role, failure.what()));
    return 4;
  }
}
