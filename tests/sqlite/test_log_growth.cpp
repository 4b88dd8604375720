// Who moves the write-ahead log into the file, and when.

#include "fnstore/store.h"

#include "sample_calls.h"
#include "scratch_folder.h"

#include <atomic>
#include <catch2/catch.hpp>
#include <chrono>
#include <string>
#include <sys/stat.h>
#include <thread>
#include <vector>

using namespace fnstore;

namespace {

constexpr std::uint64_t mebibyte = 1 << 20;

/// Pages of 65 MiB or less while a writer is held to it, one commit more, and what is allotted.
constexpr std::uint64_t most_log_bytes = 80 * mebibyte;

/// The greatest size a file has while this lives.
class SizeWatch {
 public:
  explicit SizeWatch(std::string path) : path_(std::move(path)), thread_([this] { watch(); }) {}
  ~SizeWatch() { stop(); }
  SizeWatch(const SizeWatch&) = delete;
  SizeWatch& operator=(const SizeWatch&) = delete;

  std::uint64_t greatest() {
    stop();
    return greatest_;
  }

 private:
  void stop() {
    stopping_ = true;
    if (thread_.joinable()) thread_.join();
  }
  void watch() {
    while (!stopping_) {
      greatest_ = std::max(greatest_, size_of_file(path_));
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
  }

  std::string path_;
  std::atomic<bool> stopping_{false};
  std::uint64_t greatest_ = 0;
  std::thread thread_;
};

/// Threads that list all the time; counts their pages.
class Listers {
 public:
  Listers(const Store& store, int threads) {
    for (int i = 0; i < threads; ++i) {
      threads_.emplace_back([this, &store, i] { run(store, i % 2 == 0 ? "f" : ""); });
    }
  }
  ~Listers() { stop(); }
  Listers(const Listers&) = delete;
  Listers& operator=(const Listers&) = delete;

  std::uint64_t pages() {
    stop();
    return pages_;
  }

 private:
  void stop() {
    stopping_ = true;
    for (std::thread& thread : threads_) {
      if (thread.joinable()) thread.join();
    }
  }
  void run(const Store& store, const std::string& fn_id) {
    CallFilter filter;
    filter.fn_id = fn_id;
    filter.per_page = 200;
    while (!stopping_) {
      filter.cursor = store.list(filter).next_cursor;
      ++pages_;
    }
  }

  std::atomic<bool> stopping_{false};
  std::atomic<std::uint64_t> pages_{0};
  std::vector<std::thread> threads_;
};

}  // namespace

TEST_CASE("the log stays bounded while calls pour in and readers never stop") {
  constexpr std::uint32_t calls = 400'000;
  constexpr std::uint32_t batch = 100;  // single rows, the way that writes the most pages
  const ScratchFolder folder;
  const std::string path = folder.path("history.db");
  StoreOptions options;
  options.durability = Durability::crash_safe;
  {
    Store store = Store::open(path, options);
    SizeWatch log(path + "-wal");
    Listers listers(store, 3);
    for (std::uint32_t n = 0; n < calls; n += batch) {
      std::vector<Call> some;
      for (std::uint32_t i = n; i < n + batch; ++i) some.push_back(sample_call("f", i));
      store.insert(some);
    }
    const std::uint64_t pages = listers.pages();
    const std::uint64_t greatest = log.greatest();
    WARN("the log grew to " << greatest / mebibyte << " MiB while " << pages << " pages were read");
    CHECK(greatest > 2 * mebibyte);
    CHECK(greatest < most_log_bytes);
    CHECK(pages > 100);
    CHECK(store.info().calls == calls);
  }
  CHECK(folder.names() == "history.db");
}
