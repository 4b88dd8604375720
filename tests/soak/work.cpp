#include "work.h"

#include "fnstore/retention.h"
#include "fnstore/safekeeping.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <fmt/format.h>
#include <stdexcept>
#include <thread>
#include <unistd.h>
#include <vector>

using namespace fnstore;
using namespace std::chrono_literals;

namespace {

constexpr std::array<std::string_view, 8> functions = {
    "single-0", "single-1", "single-2", "batch-0", "batch-1", "batch-2", "tailed", "queued"};

void demand(bool holds, const std::string& what) {
  if (!holds) throw std::runtime_error(what);
}

}  // namespace

StoreOptions soak_options() {
  StoreOptions chosen;
  chosen.busy_timeout = 2min;  // machines are halted for a while; latencies tell what was slow
  chosen.pack_after = 4'000;
  chosen.retention_interval = 2s;
  chosen.cache_bytes = std::size_t{4} << 20;
  return chosen;
}

Work::Work(Store& store, std::string path, std::uint64_t seed, Timings& timings)
    : store_(store),
      path_(std::move(path)),
      random_(seed),
      timings_(timings),
      feed_(store),
      worker_(Queue::new_worker(1h)) {}

void Work::fill() {
  for (const std::string_view fn_id : functions) {
    std::vector<Call> calls(kept_calls);
    for (Call& call : calls) call = new_call(fn_id, Status::success);
    store_.insert(calls);
  }
}

void Work::insert() {
  Call call = new_call(fmt::format("single-{}", random_() % 3), Status::running);
  measured(timings_.insert, [&] { store_.insert(call); });
  store_.transition(call.key(), {.to = Status::error, .error = "bad_exit: 1"});
  if (random_() % 4 == 0) store_.put_log(call.key(), "a log of " + call.id);
  rest(10);
}

void Work::insert_batch() {
  const std::string fn_id = fmt::format("batch-{}", random_() % 3);
  std::vector<Call> calls(random_() % 16 == 0 ? 2'000 : 1 + random_() % 300);
  for (Call& call : calls) call = new_call(fn_id, Status::success);
  store_.insert(calls);
  demand(store_.find(calls.back().key()).has_value(), "an acknowledged batch is not there");
  rest(100);
}

void Work::list() {
  CallFilter filter{.per_page = 30};
  if (random_() % 3 != 0) {
    filter.fn_id = fmt::format("{}-{}", random_() % 2 == 0 ? "single" : "batch", random_() % 3);
  }
  std::string last = "~";
  for (int page = 0; page < 5; ++page) {
    CallList list;
    measured(timings_.page, [&] { list = store_.list(filter); });
    for (const Call& call : list.items) {
      demand(call.id <= last, fmt::format("{} is listed after {}", call.id, last));
      last = call.id;
    }
    filter.cursor = list.next_cursor;
    if (filter.cursor.empty()) break;
  }
  rest(10);
}

void Work::tail() {
  const Call own = new_call("tailed", Status::success);
  store_.insert(own);
  const std::vector<Call> news = feed_.next({.fn_id = own.fn_id});
  const bool told =
      std::any_of(news.begin(), news.end(), [&](const Call& call) { return call.id == own.id; });
  demand(told, "a feed does not tell of " + own.id);
  rest(40);
}

void Work::run_queue() {
  Queue queue(store_);
  for (std::uint64_t i = 0; i < 1 + random_() % 4; ++i) {
    Submission submission{.call = new_call("queued", Status::queued)};
    submission.call.created_at.reset();
    submission.call.type = CallType::async;
    submission.call.priority = static_cast<std::int32_t>(random_() % 3);
    queue.submit(submission);
  }
  settle_all();
  rest(40);
}

void Work::be_worker() {
  run_queue();
  insert();
  list();
  tail();
}

void Work::prune() {
  PruneRequest request;
  request.fn_id = "batch-0";
  request.keep_last = kept_calls / 2;
  store_.prune(request);
}

void Work::keep() {
  store_.pack();
  switch (random_() % 4) {
    case 0:
      store_.compact();
      break;
    case 1:
      back_up();
      break;
    case 2:
      demand(Safekeeping(store_).verify().ok(), "the store is damaged");
      break;
    default: {
      const Store again = Store::open(path_, soak_options());
      demand(again.info().calls > 0, "a store that was opened again is empty");
    }
  }
  rest(1'000);
}

void Work::drain_queue() {
  settle_all();
}

Call Work::new_call(std::string_view fn_id, Status status) {
  Call call{.id = new_call_id(), .fn_id = std::string(fn_id)};
  call.status = status;
  call.created_at = system_clock().now();
  if (random_() % 8 == 0) {
    call.payload.resize(random_() % 1'000);
    for (char& byte : call.payload) byte = static_cast<char>('a' + random_() % 26);
  }
  return call;
}

/// Ends all that waits in the queue; a second worker may come first with some of it.
void Work::settle_all() {
  Queue queue(store_);
  const ClaimWish wish{.functions = {{"queued", 8}}, .most = 8};
  for (std::vector<Claim> claims = queue.claim(worker_, wish); !claims.empty();
       claims = queue.claim(worker_, wish)) {
    for (const Claim& claim : claims) {
      Settlement end{.step = {.to = Status::success}};
      if (random_() % 4 == 0) end.log = "worked on " + claim.call.id;
      if (random_() % 4 == 0) end.result = "done";
      queue.settle(worker_, claim.call.key(), claim.attempt, end);
    }
  }
  queue.close(worker_);
  worker_ = Queue::new_worker(1h);
}

void Work::back_up() {
  const std::string target = fmt::format("{}-copy-{}", path_, ::getpid());
  demand(Safekeeping(store_).backup(target, {.force = true}).has_value(), "no backup was made");
  demand(Safekeeping::verify_file(target).ok(), "a backup is damaged");
  std::filesystem::remove(target);
}

void Work::rest(std::uint64_t most_ms) {
  std::this_thread::sleep_for(std::chrono::milliseconds(random_() % (most_ms + 1)));
}
