#include "child.h"

#include "fnstore/fnstore.h"

#include <fmt/format.h>
#include <random>
#include <thread>
#include <unistd.h>
#include <vector>

using namespace fnstore;

namespace {

constexpr int writer_threads = 3;

void acknowledge(const Call& call) {
  const std::string line = fmt::format("{} {} {}\n", call.fn_id, call.id, to_string(call.status));
  if (::write(STDOUT_FILENO, line.data(), line.size()) < 0) ::_exit(3);  // one atomic pipe write
}

Call new_call(std::mt19937_64& random) {
  Call call;
  call.id = new_call_id();
  call.fn_id = fmt::format("fn-{}", random() % 7);
  call.app_id = fmt::format("app-{}", random() % 3);
  call.created_at = system_clock().now();
  if (random() % 4 == 0) call.payload = std::string(random() % 500, 'p');
  return call;
}

void write_one(Store& store, std::mt19937_64& random) {
  Call call = new_call(random);
  switch (random() % 4) {
    case 0:
      call.status = Status::success;
      store.insert(call);
      break;
    case 1: {
      call.status = Status::running;
      store.insert(call);
      acknowledge(call);
      Transition end;
      end.to = random() % 2 == 0 ? Status::success : Status::error;
      call = store.transition(call.key(), end);
      break;
    }
    case 2: {
      call.status = Status::success;
      const CallRecord record{call, "a log of " + call.id};
      store.insert(std::span(&record, 1), OnConflict::error);
      break;
    }
    default: {
      std::vector<Call> batch;
      for (std::uint64_t i = 0; i < 1 + random() % 200; ++i) {
        batch.push_back(new_call(random));
        if (random() % 2 == 0) batch.back().fn_id = "fn-bulk";
        batch.back().status = Status::success;
      }
      store.insert(batch);
      for (const Call& one : batch) acknowledge(one);
      return;
    }
  }
  acknowledge(call);
}

}  // namespace

int run_writer(const std::string& path, std::uint64_t seed) {
  StoreOptions options;
  options.pack_after = 300;  // so that packing and trimming are often under way
  Store store = Store::open(path, options);
  std::vector<std::thread> threads;
  for (int i = 0; i < writer_threads; ++i) {
    threads.emplace_back([&store, seed, i] {
      std::mt19937_64 random(seed * 31 + static_cast<std::uint64_t>(i));
      try {
        while (true) write_one(store, random);
      } catch (const std::exception& error) {
        fmt::print(stderr, "writer: {}\n", error.what());
        ::_exit(4);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  return 0;
}

int run_lister(const std::string& path) {
  try {
    Store store = Store::open(path);
    while (true) {
      CallFilter filter;
      filter.per_page = 50;
      std::string last = "~";
      for (int page = 0; page < 3; ++page) {
        const CallList list = store.list(filter);
        for (const Call& call : list.items) {
          if (call.id > last) {
            fmt::print(stderr, "lister: {} after {}\n", call.id, last);
            return 5;
          }
          last = call.id;
        }
        filter.cursor = list.next_cursor;
        if (filter.cursor.empty()) break;
      }
    }
  } catch (const std::exception& error) {
    fmt::print(stderr, "lister: {}\n", error.what());
    return 4;
  }
}
