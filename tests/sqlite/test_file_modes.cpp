// Who may read the files of a store, and which of them stand there when.

#include "fnstore/store.h"

#include "refusal.h"
#include "sample_calls.h"
#include "scratch_folder.h"

#include <catch2/catch.hpp>
#include <fmt/format.h>
#include <optional>
#include <string>
#include <sys/stat.h>

using namespace fnstore;

namespace {

class ScopedUmask {
 public:
  explicit ScopedUmask(mode_t mask) : before_(::umask(mask)) {}
  ~ScopedUmask() { ::umask(before_); }
  ScopedUmask(const ScopedUmask&) = delete;
  ScopedUmask& operator=(const ScopedUmask&) = delete;

 private:
  mode_t before_;
};

std::string mode_of(const std::string& path) {
  struct stat status {};
  if (::lstat(path.c_str(), &status) != 0) return "missing";
  return fmt::format("{:04o}", status.st_mode & 07777U);
}

}  // namespace

TEST_CASE("every file of a store is its owner's alone, whatever the umask") {
  for (const mode_t mask : {mode_t{0}, mode_t{022}, mode_t{077}}) {
    INFO(fmt::format("umask {:03o}", mask));
    const ScopedUmask scoped(mask);
    const ScratchFolder folder;
    const std::string path = folder.path("history.db");
    {
      Store store = Store::open(path);
      store.insert(sample_records("f", 0, 300), OnConflict::error);
      store.pack();
      store.insert(sample_call("f", 500));
      CHECK(folder.names() == "history.db history.db-lock history.db-shm history.db-wal");
      for (const char* const suffix : {"", "-lock", "-shm", "-wal"}) {
        INFO(suffix);
        CHECK(mode_of(path + suffix) == "0600");
      }
    }
    CHECK(folder.names() == "history.db");
    CHECK(mode_of(path) == "0600");
  }
}

TEST_CASE("a file's own mode is kept, and its companions get the same") {
  const ScratchFolder folder;
  const std::string path = folder.path("history.db");
  { Store::open(path); }
  REQUIRE(::chmod(path.c_str(), 0640) == 0);
  Store store = Store::open(path);
  store.insert(sample_call("f", 1));
  CHECK(mode_of(path) == "0640");
  CHECK(mode_of(path + "-wal") == "0640");
}

TEST_CASE("the lock file and the log go with the last store on a file, not before") {
  const ScratchFolder folder;
  const std::string path = folder.path("history.db");
  std::optional<Store> first = Store::open(path);
  std::optional<Store> second = Store::open(path);
  first->insert(sample_call("f", 1));
  second->insert(sample_call("f", 2));
  first.reset();
  second->insert(sample_call("f", 3));
  CHECK(size_of_file(path + "-shm") > 0);
  CHECK(mode_of(path + "-lock") == "0600");
  second.reset();
  CHECK(folder.names() == "history.db");
  CHECK(Store::open(path).info().calls == 3);
}

TEST_CASE("a store that is only read leaves no file behind and changes none") {
  const ScratchFolder folder;
  const std::string path = folder.path("history.db");
  { Store::open(path).insert(sample_records("f", 0, 300), OnConflict::error); }
  const auto before = folder.contents();
  {
    const Store store = Store::open(path);
    CHECK(walk(store, {}).size() == 300);
    CHECK(mode_of(path + "-lock") == "0600");  // beside -wal and -shm, while it is open
  }
  CHECK((folder.contents() == before));
}
