// Files that are not a store of ours: refused, named, and left byte for byte as they were.

#include "fnstore/store.h"

#include "raw_database.h"
#include "refusal.h"
#include "sample_calls.h"
#include "scratch_folder.h"

#include <catch2/catch.hpp>
#include <functional>
#include <string>
#include <vector>

using namespace fnstore;

namespace {

void copy_file(const std::string& from, const std::string& to) {
  write_bytes(to, read_bytes(from));
}

/// A database with a write-ahead log beside it, as a killed process leaves the two.
void leave_with_log(const std::string& path, const std::function<void(RawDatabase&)>& change) {
  const ScratchFolder elsewhere;
  const std::string made = elsewhere.path("made.db");
  RawDatabase raw(made);
  raw.run("PRAGMA journal_mode = WAL");
  raw.run("PRAGMA wal_autocheckpoint = 0");
  change(raw);
  copy_file(made, path);
  copy_file(made + "-wal", path + "-wal");
}

void make_store(const std::string& path) {
  Store store = Store::open(path, quiet_options());
  store.insert(sample_records("f", 0, 40), OnConflict::error);
}

struct Case {
  std::string name;
  std::function<void(const std::string&)> make;
  Errc code;
  std::vector<std::string> words;  // that the message must have
};

void make_foreign(const std::string& path, const std::string& application_id) {
  RawDatabase raw(path);
  raw.run("PRAGMA application_id = " + application_id);
  raw.run("CREATE TABLE notes (text TEXT)");
}

void make_foreign_with_log(const std::string& path) {
  leave_with_log(path, [](RawDatabase& raw) {
    raw.run("CREATE TABLE notes (text TEXT); INSERT INTO notes VALUES ('keep')");
  });
}

const std::vector<Case> cases{
    {"a short text file",
     [](const std::string& path) { write_bytes(path, "hello\n"); },
     Errc::corrupt,
     {"not a database", "give the path"}},
    {"a long text file",
     [](const std::string& path) { write_bytes(path, std::string(50'000, 'x')); },
     Errc::corrupt,
     {"not a database", "give the path"}},
    {"zero bytes",
     [](const std::string& path) { write_bytes(path, std::string(8'192, '\0')); },
     Errc::corrupt,
     {"not a database", "give the path"}},
    {"a database without an application id",
     [](const std::string& path) { make_foreign(path, "0"); },
     Errc::unsupported,
     {"another program", "application id 0", "give the path"}},
    {"a database of another application",
     [](const std::string& path) { make_foreign(path, "252006675"); },
     Errc::unsupported,
     {"another program", "252006675", "give the path"}},
    {"another application's, in WAL mode, with a log beside it",
     make_foreign_with_log,
     Errc::unsupported,
     {"another program", "application id 0"}},
    {"ours, of a later schema",
     [](const std::string& path) {
       make_store(path);
       RawDatabase(path).run("PRAGMA user_version = 99");
     },
     Errc::schema_too_new,
     {"99", "newer fnstore"}},
    {"ours, with an impossible schema version",
     [](const std::string& path) {
       make_store(path);
       RawDatabase(path).run("PRAGMA user_version = -1");
     },
     Errc::corrupt,
     {"-1", "restore"}},
    {"ours, without a schema version",
     [](const std::string& path) {
       make_store(path);
       RawDatabase(path).run("PRAGMA user_version = 0");
     },
     Errc::corrupt,
     {"schema version 0", "restore"}},
};

void check_refusal(const std::string& path, Errc code, const std::vector<std::string>& words) {
  for (const bool create : {true, false}) {
    StoreOptions options;
    options.create = create;
    const Error error = refusal([&] { Store::open(path, options); });
    CHECK(error.code() == code);
    CHECK_THAT(error.what(), Catch::Contains(path));
    for (const std::string& word : words) CHECK_THAT(error.what(), Catch::Contains(word));
  }
}

}  // namespace

TEST_CASE("a file that is no store of ours is refused and left as it was") {
  for (const Case& each : cases) {
    INFO(each.name);
    const ScratchFolder folder;
    const std::string path = folder.path("history.db");
    each.make(path);
    const auto before = folder.contents();
    check_refusal(path, each.code, each.words);
    CHECK((folder.contents() == before));
  }
}

// The version that is too new stands in the log alone: it must be read there, and the log must not
// be moved into the file by closing it.
TEST_CASE("a later schema in a log that a killed process left is refused and left as it was") {
  const ScratchFolder folder;
  const std::string made = folder.path("made.db");
  const std::string path = folder.path("history.db");
  make_store(made);
  {
    RawDatabase raw(made);
    raw.run("PRAGMA wal_autocheckpoint = 0");
    raw.run("PRAGMA user_version = 99");
    copy_file(made, path);
    copy_file(made + "-wal", path + "-wal");
  }
  const std::string file = read_bytes(path);
  const std::string log = read_bytes(path + "-wal");
  check_refusal(path, Errc::schema_too_new, {"99"});
  CHECK((read_bytes(path) == file));
  REQUIRE(size_of_file(path + "-wal") > 0);
  CHECK((read_bytes(path + "-wal") == log));
  CHECK(size_of_file(path + "-lock") == 0);
  CHECK(folder.names().find(".new") == std::string::npos);
}

TEST_CASE("a foreign file under an open store's eyes is never taken for one") {
  // The registry of open files must go by the file, not by what was once there.
  const ScratchFolder folder;
  const std::string path = folder.path("history.db");
  make_store(path);
  std::filesystem::remove(path);
  write_bytes(path, std::string(4'096, 'x'));
  check_refusal(path, Errc::corrupt, {"not a database"});
}

// SQLite would apply such a log to whatever file of that name comes to stand beside it.
TEST_CASE("the log of a store whose file is gone never gets into a new store") {
  const ScratchFolder folder;
  const std::string made = folder.path("made.db");
  const std::string path = folder.path("history.db");
  {
    Store store = Store::open(made, quiet_options());
    store.insert(sample_records("f", 0, 200), OnConflict::error);
    copy_file(made + "-wal", path + "-wal");
  }
  const std::string log = read_bytes(path + "-wal");
  try {
    Store store = Store::open(path, quiet_options());
    CHECK(walk(store, {}).empty());
    store.insert(sample_call("g", 1));
    CHECK(walk(store, {}).size() == 1);
    CHECK(RawDatabase(path).text("PRAGMA integrity_check") == "ok");
  } catch (const Error& error) {  // to refuse, saying why, is as good
    CHECK(error.code() == Errc::corrupt);
    CHECK_THAT(error.what(), Catch::Contains(path + "-wal"));
    CHECK((read_bytes(path + "-wal") == log));
    CHECK(folder.names() == "history.db-wal made.db");
  }
}
