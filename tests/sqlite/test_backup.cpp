// A backup is a store of its own that holds one moment of the other.

#include "fnstore/safekeeping.h"

#include "damaged_store.h"
#include "raw_database.h"
#include "refusal.h"
#include "sample_calls.h"
#include "scratch_folder.h"

#include <atomic>
#include <catch2/catch.hpp>
#include <csignal>
#include <filesystem>
#include <memory>
#include <string>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

using namespace fnstore;

namespace {

unsigned mode_of(const std::string& path) {
  struct stat status {};
  REQUIRE(::stat(path.c_str(), &status) == 0);
  return status.st_mode & 07777U;
}

Call numbered_call(std::uint32_t n) {
  Call call = sample_call("f", n);
  call.payload = "payload " + std::to_string(n);
  return call;
}

/// Another process that records calls 0, 1, 2, ... one after the other, and packs at times.
class NumberingWriter {
 public:
  explicit NumberingWriter(const std::string& path)
      : recorded_(static_cast<std::atomic<std::uint32_t>*>(
            ::mmap(nullptr, sizeof(std::atomic<std::uint32_t>), PROT_READ | PROT_WRITE,
                   MAP_SHARED | MAP_ANONYMOUS, -1, 0))) {
    process_ = ::fork();
    if (process_ == 0) write(path);
  }
  ~NumberingWriter() {
    ::kill(process_, SIGKILL);
    ::waitpid(process_, nullptr, 0);
    ::munmap(recorded_, sizeof(std::atomic<std::uint32_t>));
  }
  NumberingWriter(const NumberingWriter&) = delete;
  NumberingWriter& operator=(const NumberingWriter&) = delete;

  std::uint32_t recorded() const { return recorded_->load(); }
  bool lives() const { return ::waitpid(process_, nullptr, WNOHANG) == 0; }

 private:
  [[noreturn]] void write(const std::string& path) {
    try {
      StoreOptions options = quiet_options();
      options.background_packing = true;
      options.pack_after = 500;
      Store store = Store::open(path, options);
      for (std::uint32_t n = 0;; ++n) {
        const CallRecord record{numbered_call(n), "log " + std::to_string(n)};
        store.insert(std::span(&record, 1), OnConflict::error);
        recorded_->store(n + 1);
      }
    } catch (const std::exception&) {
      std::_Exit(1);
    }
  }

  std::atomic<std::uint32_t>* recorded_;
  pid_t process_ = -1;
};

}  // namespace

TEST_CASE("a backup holds what the store holds and opens by itself") {
  const ScratchFolder folder;
  const std::string path = folder.path("history.db");
  const ScratchFolder other;
  const std::string copy = other.path("copy.db");
  make_sound_store(path);
  const Answers sound = read_sound_store(path);
  {
    const Store store = Store::open(path, quiet_options());
    const auto counts = Safekeeping(store).backup(copy);
    REQUIRE(counts);
    CHECK(counts->calls == store.info().calls);
    CHECK(counts->bytes == size_of_file(copy));
    CHECK(other.names() == "copy.db");
    CHECK(mode_of(copy) == 0600);
  }
  CHECK(Safekeeping::verify_file(copy).ok());
  CHECK((read_sound_store(copy) == sound));
  // It is a store like any other: it goes on.
  Store store = Store::open(copy, quiet_options());
  store.insert(sample_call("new", 1));
  CHECK(store.find({"new", sample_call("new", 1).id}));
}

TEST_CASE("a backup takes what is only in the log as well") {
  const ScratchFolder folder;
  Store store = Store::open(folder.path("history.db"), quiet_options());
  store.insert(sample_records("f", 0, 50), OnConflict::error);
  REQUIRE(size_of_file(folder.path("history.db-wal")) > 0);
  CHECK(Safekeeping(store).backup(folder.path("copy.db"))->calls == 50);
  CHECK(walk(Store::open(folder.path("copy.db"), quiet_options()), {}).size() == 50);
}

TEST_CASE("a backup replaces nothing unless it is forced to") {
  const ScratchFolder folder;
  const std::string path = folder.path("history.db");
  const std::string copy = folder.path("copy.db");
  Store store = Store::open(path, quiet_options());
  store.insert(sample_call("f", 1));
  const auto backup = [&](const std::string& target, bool force) {
    return refusal([&] { Safekeeping(store).backup(target, {.force = force}); }).code();
  };
  write_bytes(copy, "precious");
  CHECK(backup(copy, false) == Errc::conflict);
  CHECK(read_bytes(copy) == "precious");
  CHECK(Safekeeping(store).backup(copy, {.force = true})->calls == 1);
  CHECK(Safekeeping::verify_file(copy).ok());

  CHECK(backup(path, false) == Errc::invalid);
  CHECK(backup(path, true) == Errc::invalid);
  std::filesystem::create_directory(folder.path("folder"));
  CHECK(backup(folder.path("folder"), true) == Errc::invalid);
  std::filesystem::create_symlink(copy, folder.path("link"));
  CHECK(backup(folder.path("link"), true) == Errc::invalid);
  CHECK(backup(folder.path("none/copy.db"), false) == Errc::io);
  {
    const Store used = Store::open(copy, quiet_options());
    CHECK(backup(copy, true) == Errc::conflict);
  }
  write_bytes(folder.path("left.db-wal"), "the log of a store that is gone");
  CHECK(backup(folder.path("left.db"), false) == Errc::corrupt);
  CHECK(folder.names().find(".new-") == std::string::npos);
}

TEST_CASE("a backup that is stopped leaves nothing and changes nothing") {
  const ScratchFolder folder;
  const std::string copy = folder.path("copy.db");
  make_sound_store(folder.path("history.db"));
  const Store store = Store::open(folder.path("history.db"), quiet_options());
  write_bytes(copy, "precious");
  const std::string names = folder.names();
  int asked = 0;
  CopyOptions options{.force = true};
  options.progress = [&](std::uint64_t done, std::uint64_t total) {
    CHECK(done <= total);
    return ++asked < 1;
  };
  CHECK_FALSE(Safekeeping(store).backup(copy, options));
  options.progress = [](std::uint64_t, std::uint64_t) -> bool { throw std::logic_error("mine"); };
  CHECK_THROWS_AS(Safekeeping(store).backup(copy, options), std::logic_error);
  CHECK(folder.names() == names);
  CHECK(read_bytes(copy) == "precious");
}

TEST_CASE("a backup beside a busy writer holds all that was recorded before it, and no half") {
  const ScratchFolder folder;
  const std::string path = folder.path("history.db");
  { Store::open(path, quiet_options()); }
  const NumberingWriter writer(path);
  while (writer.recorded() < 200 && writer.lives()) {
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  const Store store = Store::open(path, quiet_options());
  for (int round = 0; round < 5; ++round) {
    const std::string copy = folder.path("copy-" + std::to_string(round));
    const std::uint32_t before = writer.recorded();
    const auto counts = Safekeeping(store).backup(copy);
    const std::uint32_t after = writer.recorded() + 1;
    REQUIRE(counts);
    const Verification found = Safekeeping::verify_file(copy);
    CHECK(found.ok());
    CHECK(found.calls == counts->calls);
    CHECK(counts->calls >= before);
    CHECK(counts->calls <= after);
    const Store copied = Store::open(copy, quiet_options());
    CHECK(walk(copied, {}).size() == counts->calls);
    const auto last = static_cast<std::uint32_t>(counts->calls - 1);
    for (const std::uint32_t n : {0U, last / 2, last}) {
      CHECK(copied.get(numbered_call(n).key()) == numbered_call(n));
      CHECK(copied.get_log(numbered_call(n).key()) == "log " + std::to_string(n));
    }
    CHECK(Safekeeping(store).verify().ok());
  }
  CHECK(writer.lives());
}
