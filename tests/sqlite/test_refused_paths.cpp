// Paths under which no store can stand.

#include "fnstore/store.h"

#include "refusal.h"
#include "sample_calls.h"
#include "scratch_folder.h"

#include <catch2/catch.hpp>
#include <filesystem>
#include <string>
#include <sys/stat.h>

using namespace fnstore;
namespace fs = std::filesystem;

namespace {

/// Opens with and without `create`; both must end alike and leave the folder as it was.
void check_refusal(const ScratchFolder& folder, const std::string& path, Errc code,
                   const std::string& word) {
  INFO(path);
  const auto before = folder.contents();
  for (const bool create : {true, false}) {
    StoreOptions options;
    options.create = create;
    const Error error = refusal([&] { Store::open(path, options); });
    CHECK(error.code() == code);
    CHECK_THAT(error.what(), Catch::Contains(word));
  }
  CHECK((folder.contents() == before));
}

}  // namespace

TEST_CASE("a path that cannot name a store is invalid") {
  const ScratchFolder folder;
  check_refusal(folder, "", Errc::invalid, "empty");
  check_refusal(folder, folder.path("a.db") + '\0' + "b", Errc::invalid, "NUL");
}

TEST_CASE("a path that ends in a folder names no file") {
  const ScratchFolder folder;
  const Error error = refusal([&] { Store::open(folder.path() + "/", quiet_options()); });
  CHECK((error.code() == Errc::invalid || error.code() == Errc::io));
  CHECK_THAT(error.what(), Catch::Contains(folder.path()));
  CHECK(folder.names().empty());
}

TEST_CASE("a server's address is unsupported") {
  const ScratchFolder folder;
  check_refusal(folder, "postgresql://host/history", Errc::unsupported, "PostgreSQL");
  check_refusal(folder, "postgres://user@host/history", Errc::unsupported, "PostgreSQL");
}

TEST_CASE("what is not a regular file is invalid, and nothing waits for it") {
  const ScratchFolder folder;
  fs::create_directory(folder.path("folder"));
  check_refusal(folder, folder.path("folder"), Errc::invalid, folder.path("folder"));
  REQUIRE(::mkfifo(folder.path("fifo").c_str(), 0600) == 0);
  check_refusal(folder, folder.path("fifo"), Errc::invalid, "regular file");
  check_refusal(folder, "/dev/null", Errc::invalid, "/dev/null");
}

TEST_CASE("a link is not followed, whatever it leads to") {
  const ScratchFolder folder;
  { Store::open(folder.path("real.db"), quiet_options()); }
  fs::create_symlink("real.db", folder.path("link.db"));
  fs::create_symlink("nowhere.db", folder.path("dangling.db"));
  check_refusal(folder, folder.path("link.db"), Errc::invalid, "link");
  check_refusal(folder, folder.path("dangling.db"), Errc::invalid, "link");
}

TEST_CASE("a link among the folders of a path is followed") {
  const ScratchFolder folder;
  fs::create_directory(folder.path("real"));
  fs::create_directory_symlink("real", folder.path("link"));
  { Store::open(folder.path("link/history.db"), quiet_options()).insert(sample_call("f", 1)); }
  CHECK(Store::open(folder.path("real/history.db"), quiet_options()).info().calls == 1);
}

TEST_CASE("a path through what is no folder is an error of the system") {
  const ScratchFolder folder;
  write_bytes(folder.path("file"), "text");
  check_refusal(folder, folder.path("file/history.db"), Errc::io, folder.path("file"));
  check_refusal(folder, folder.path(std::string(300, 'n')), Errc::io, "nnn");
}

TEST_CASE("a store that is not there is not_found, unless it may be created") {
  const ScratchFolder folder;
  StoreOptions options = quiet_options();
  options.create = false;
  for (const char* const name : {"history.db", "missing/history.db"}) {
    const Error error = refusal([&] { Store::open(folder.path(name), options); });
    CHECK(error.code() == Errc::not_found);
    CHECK_THAT(error.what(), Catch::Contains(folder.path(name)));
  }
  CHECK(folder.names().empty());

  options.create = true;
  const Error error = refusal([&] { Store::open(folder.path("missing/history.db"), options); });
  CHECK(error.code() == Errc::io);
  CHECK_THAT(error.what(), Catch::Contains(folder.path("missing")));
  CHECK(folder.names().empty());

  Store::open(folder.path("history.db"), options);
  CHECK(folder.names() == "history.db");
}

TEST_CASE("an empty file is no store yet: created in place, or not_found") {
  const ScratchFolder folder;
  const std::string path = folder.path("history.db");
  write_bytes(path, "");
  StoreOptions options = quiet_options();
  options.create = false;
  CHECK(refusal([&] { Store::open(path, options); }).code() == Errc::not_found);
  CHECK(folder.names() == "history.db");
  CHECK(size_of_file(path) == 0);
  options.create = true;
  Store::open(path, options).insert(sample_call("f", 1));
  CHECK(Store::open(path, options).info().calls == 1);
}

TEST_CASE("a lock file that leads elsewhere is not followed") {
  const ScratchFolder folder;
  const std::string path = folder.path("history.db");
  { Store::open(path, quiet_options()).insert(sample_call("f", 1)); }
  write_bytes(folder.path("precious"), "keep");
  {
    Store store = Store::open(path, quiet_options());
    fs::remove(path + "-lock");
    fs::create_symlink("precious", path + "-lock");  // after the look that opening takes
    const Error error = refusal([&] { store.insert(sample_call("f", 2)); });
    CHECK(error.code() == Errc::io);
    CHECK_THAT(error.what(), Catch::Contains(path + "-lock"));
    CHECK(store.info().calls == 1);
  }
  CHECK(read_bytes(folder.path("precious")) == "keep");
}
