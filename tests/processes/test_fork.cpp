// A child of fork() has its parent's memory, but neither its threads nor its locks.

#include "fnstore/fnstore.h"
#include "fnstore/queue.h"
#include "fnstore/safekeeping.h"

#include <catch2/catch.hpp>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <sys/wait.h>
#include <unistd.h>

using namespace fnstore;

namespace {

class Folder {
 public:
  Folder() : path_((std::filesystem::temp_directory_path() / "fnstore-fork-XXXXXX").string()) {
    if (::mkdtemp(path_.data()) == nullptr) throw std::runtime_error("no folder");
  }
  ~Folder() { std::filesystem::remove_all(path_); }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  std::string file(const char* name) const { return path_ + "/" + name; }

 private:
  std::string path_;
};

Call finished_call() {
  Call call{.id = new_call_id(), .fn_id = "f"};
  call.status = Status::success;
  return call;
}

/// Runs `work` in a child, which has some seconds, and returns what it says; a signal's number when
/// it died of one, for a hang SIGALRM's.
std::string in_child(const std::function<std::string()>& work) {
  int ends[2];
  REQUIRE(::pipe(ends) == 0);
  const pid_t child = ::fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    ::alarm(100);
    std::string said;
    try {
      said = work();
    } catch (const std::exception& failure) {
      said = std::string("thrown: ") + failure.what();
    }
    const bool written = ::write(ends[1], said.data(), said.size()) >= 0;
    ::_exit(written ? 0 : 1);
  }
  ::close(ends[1]);
  std::string said;
  char buffer[4'096];
  ssize_t got = 0;
  while ((got = ::read(ends[0], buffer, sizeof buffer)) > 0) {
    said.append(buffer, static_cast<std::size_t>(got));
  }
  ::close(ends[0]);
  int status = 0;
  ::waitpid(child, &status, 0);
  return status == 0 ? said : said + " status " + std::to_string(status);
}

/// Empty when `work` is refused as it must be.
std::string missing_refusal(const char* name, const std::function<void()>& work) {
  try {
    work();
    return std::string(name) + " went through; ";
  } catch (const Error& error) {
    const bool clear = std::string_view(error.what()).find("fork") != std::string_view::npos;
    if (error.code() == Errc::unsupported && clear) return {};
    return std::string(name) + ": " + error.what() + "; ";
  }
}

}  // namespace

TEST_CASE("a child of fork() is told that a store is its parent's, whatever it asks") {
  const Folder folder;
  const auto durability = GENERATE(Durability::power_safe, Durability::buffered);
  StoreOptions options;
  options.durability = durability;
  Store store = Store::open(folder.file("history.db"), options);
  const Call call = finished_call();
  store.insert(call);
  store.flush();
  ChangeFeed feed(store);
  const std::string said = in_child([&] {
    std::string all;
    all += missing_refusal("insert", [&] { store.insert(finished_call()); });
    all += missing_refusal("find", [&] { store.find(call.key()); });
    all += missing_refusal("list", [&] { store.list({}); });
    all += missing_refusal("info", [&] { store.info(); });
    all += missing_refusal("flush", [&] { store.flush(); });
    all += missing_refusal("pack", [&] { store.pack(); });
    all += missing_refusal("remove", [&] { store.remove(call.key()); });
    all += missing_refusal("feed", [&] { feed.next({}); });
    all += missing_refusal("verify", [&] { Safekeeping(store).verify(); });
    all += missing_refusal("queue", [&] { Queue(store).sweep(); });
    all += missing_refusal("watch", [&] { Queue(store).watch(); });
    all += missing_refusal("open", [&] { Store::open(folder.file("history.db")); });
    all += missing_refusal("restore", [&] {
      Safekeeping::restore(folder.file("history.db"), folder.file("other.db"));
    });
    return all;
  });
  CHECK(said.empty());
  CHECK(store.find(call.key()));  // the parent goes on
  CHECK_NOTHROW(store.insert(finished_call()));
  store.flush();
  CHECK(store.info().calls == 2);
}

TEST_CASE("a store destroyed in a child leaves the parent's locks, threads and files alone") {
  const Folder folder;
  const std::string path = folder.file("history.db");
  const auto durability = GENERATE(Durability::power_safe, Durability::buffered);
  StoreOptions options;
  options.durability = durability;
  std::optional<Store> store(Store::open(path, options));
  store->insert(finished_call());
  store->flush();
  const std::string said = in_child([&] {
    store.reset();
    return std::string("gone");
  });
  CHECK(said == "gone");
  CHECK(std::filesystem::exists(path + "-wal"));
  CHECK(std::filesystem::exists(path + "-lock"));
  CHECK_NOTHROW(store->insert(finished_call()));
  store->flush();
  CHECK(store->info().calls == 2);
  store.reset();
  CHECK(Safekeeping::verify_file(path).ok());
}

TEST_CASE("a child of fork() may have a store of its own, on another file or after a close") {
  const Folder folder;
  { Store::open(folder.file("closed.db")).insert(finished_call()); }
  const Store open = Store::open(folder.file("open.db"));
  const std::string said = in_child([&] {
    std::string all;
    for (const char* const name : {"closed.db", "new.db"}) {
      Store own = Store::open(folder.file(name));
      own.insert(finished_call());
      all += std::to_string(own.info().calls) + ' ';
    }
    return all;
  });
  CHECK(said == "2 1 ");
  CHECK(Store::open(folder.file("closed.db")).info().calls == 2);
}

TEST_CASE(
    "a child of fork() is told that an executor is its parent's, and ends none of its calls") {
  const Folder folder;
  Store store = Store::open(folder.file("history.db"));
  auto executor = std::make_unique<Executor>(store, ExecutorOptions{.workers = 1});
  executor->bind("f", [](Invocation&) { return std::string("done"); });
  const std::string said = in_child([&] {
    std::string all;
    all += missing_refusal("invoke", [&] { executor->invoke("f"); });
    all += missing_refusal("submit", [&] { executor->submit("f"); });
    all += missing_refusal("detach", [&] { executor->detach("f"); });
    all += missing_refusal("drain", [&] { executor->drain(); });
    all += missing_refusal("stop", [&] { executor->stop(std::chrono::milliseconds(1)); });
    all += missing_refusal("wait", [&] { executor->wait({"f", "x"}, std::chrono::seconds(1)); });
    executor.reset();
    return all;
  });
  CHECK(said.empty());
  CHECK(executor->invoke("f").result == "done");
  const std::string id = executor->submit("f");
  CHECK(executor->wait({"f", id}, std::chrono::minutes(2))->result == "done");
}
