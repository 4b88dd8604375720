#include "children.h"

#include "fnstore/fnstore.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <random>
#include <stdexcept>
#include <thread>
#include <unistd.h>
#include <vector>

using namespace fnstore;
using namespace std::chrono_literals;

namespace {

class EventFile {
 public:
  explicit EventFile(const std::string& path)
      : descriptor_(::open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600)) {}
  ~EventFile() { ::close(descriptor_); }
  EventFile(const EventFile&) = delete;
  EventFile& operator=(const EventFile&) = delete;

  void append(const std::string& line) const {
    // A write can be cut when the process is killed in the middle: what has no end says nothing,
    // and what comes next begins on a line of its own.
    const std::string whole = '\n' + line + " .\n";
    if (::write(descriptor_, whole.data(), whole.size()) != static_cast<ssize_t>(whole.size())) {
      ::_exit(3);
    }
  }

 private:
  int descriptor_;
};

/// Runs a child's threads until one of them finds something wrong.
template <typename Work>
int run_threads(const EventFile& events, std::size_t count, Work work) {
  std::vector<std::thread> threads;
  for (std::size_t i = 0; i < count; ++i) {
    threads.emplace_back([&, i] {
      try {
        work(i);
      } catch (const std::exception& error) {
        events.append(std::string("wrong ") + error.what());
        ::_exit(1);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  return 1;
}

void submit_forever(Store& store, const EventFile& events, std::uint64_t lane,
                    std::mt19937_64 random) {
  Queue queue(store);
  for (std::uint64_t number = 0;; ++number) {
    Submission submission;
    submission.call.id = new_call_id();
    submission.call.fn_id = fmt::format("fn {}", random() % 3);
    submission.call.type = CallType::async;
    submission.call.priority = static_cast<std::int32_t>(random() % 3);
    submission.call.payload = fmt::format("{} {}", lane, number);
    submission.runner = random() % 2 == 0 ? Runner::command : Runner::function;
    queue.submit(submission);
    events.append(fmt::format("submitted {} {} {} {}", submission.call.id, lane, number,
                              submission.call.priority));
    if (random() % 8 == 0) std::this_thread::sleep_for(2ms);
  }
}

std::string settle(Queue& queue, const Worker& worker, const Claim& claim) {
  try {
    queue.settle(worker, claim.call.key(), claim.attempt,
                 {.step = {.to = Status::success}, .result = claim.call.payload});
    return "finished";
  } catch (const Error& error) {
    if (error.code() != Errc::conflict) throw;
    return "refused";
  }
}

void work_forever(Store& store, const EventFile& events, std::mt19937_64 random) {
  Queue queue(store);
  const Worker worker = Queue::new_worker(worker_lease);
  ClaimWish wish{.commands = 3, .most = 3};
  for (int fn = 0; fn < 3; ++fn) wish.functions.push_back({fmt::format("fn {}", fn), 3});
  const auto watch = queue.watch();
  while (true) {
    const std::vector<Claim> claims = queue.claim(worker, wish);
    if (claims.empty()) watch->wait(50ms);
    for (const Claim& claim : claims) {
      events.append(fmt::format("claimed {} {} {}", claim.call.id, worker.number, claim.attempt));
    }
    for (const Claim& claim : claims) {
      if (random() % 4 == 0) std::this_thread::sleep_for(1ms);
      events.append(fmt::format("effect {}", claim.call.id));
      const std::string how = settle(queue, worker, claim);
      events.append(fmt::format("{} {} {}", how, claim.call.id, claim.attempt));
    }
  }
}

}  // namespace

int run_submitter(const std::string& store_path, const std::string& events_path,
                  std::uint64_t seed) {
  const EventFile events(events_path);
  Store store = Store::open(store_path, {.durability = Durability::crash_safe});
  return run_threads(events, 2, [&](std::size_t thread) {
    submit_forever(store, events, 2 * seed + thread, std::mt19937_64(2 * seed + thread));
  });
}

int run_worker(const std::string& store_path, const std::string& events_path, std::uint64_t seed) {
  const EventFile events(events_path);
  Store store = Store::open(store_path, {.durability = Durability::crash_safe});
  return run_threads(events, 2, [&](std::size_t thread) {
    work_forever(store, events, std::mt19937_64(2 * seed + thread));
  });
}
