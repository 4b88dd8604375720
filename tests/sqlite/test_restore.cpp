// A restore puts a backup in the place of a store: whole or not at all, and whoever has the old
// store open is told.

#include "fnstore/safekeeping.h"

#include "damaged_store.h"
#include "raw_database.h"
#include "refusal.h"
#include "sample_calls.h"
#include "scratch_folder.h"

#include <catch2/catch.hpp>
#include <filesystem>
#include <optional>
#include <string>
#include <thread>

using namespace fnstore;

namespace {

/// A folder with "history.db", which holds calls of "old", and "backup", which holds those of "f"
/// and others.
class RestoreFolder {
 public:
  RestoreFolder() {
    make_sound_store(backup());
    Store::open(path(), quiet_options()).insert(sample_records("old", 0, 20), OnConflict::error);
  }

  std::string path() const { return folder.path("history.db"); }
  std::string backup() const { return folder.path("backup"); }

  ScratchFolder folder;
};

bool is_old(const Store& store) {
  return walk(store, {}).size() == 20 && walk(store, {.fn_id = "old"}).size() == 20;
}

bool is_new(const std::string& path) {
  const Store store = Store::open(path, quiet_options());
  return walk(store, {.fn_id = "f"}).size() == 1'500 && walk(store, {.fn_id = "old"}).empty();
}

Error refused_restore(const RestoreFolder& place, bool force) {
  return refusal([&] { Safekeeping::restore(place.backup(), place.path(), {.force = force}); });
}

void check_is_exchanged(const Error& error) {
  CHECK(error.code() == Errc::io);
  CHECK_THAT(error.what(),
             Catch::Contains("was exchanged while it was open: close it and open it anew"));
}

}  // namespace

TEST_CASE("a restore puts the backup in a store's place, or where there is none") {
  const RestoreFolder place;
  const Answers sound = read_sound_store(place.backup());
  const std::string backup = read_bytes(place.backup());
  CHECK(refused_restore(place, false).code() == Errc::conflict);
  {
    const Store old = Store::open(place.path(), quiet_options());
    CHECK(is_old(old));
  }
  const auto counts = Safekeeping::restore(place.backup(), place.path(), {.force = true});
  REQUIRE(counts);
  CHECK(counts->bytes == size_of_file(place.path()));
  CHECK(place.folder.names() == "backup history.db");
  CHECK((read_sound_store(place.path()) == sound));
  CHECK(counts->calls == Safekeeping::verify_file(place.path()).calls);
  CHECK(read_bytes(place.backup()) == backup);
  const std::string other = place.folder.path("other.db");
  CHECK(Safekeeping::restore(place.backup(), other));
  CHECK((read_sound_store(other) == sound));
}

TEST_CASE("a restore changes nothing when it is refused or stopped") {
  const RestoreFolder place;
  const std::string sound_backup = read_bytes(place.backup());
  const auto check_nothing_changed = [&](auto&& attempt) {
    const auto before = place.folder.contents();
    attempt();
    CHECK((place.folder.contents() == before));
  };
  { RawDatabase(place.backup()).run("UPDATE call_blocks SET errors = 0 WHERE body_no = 2"); }
  check_nothing_changed([&] {
    const Error error = refused_restore(place, true);
    CHECK(error.code() == Errc::corrupt);
    CHECK_THAT(error.what(), Catch::Contains("backup is damaged") && Catch::Contains("errors"));
  });
  write_bytes(place.backup(), sound_backup.substr(0, sound_backup.size() / 2));
  check_nothing_changed([&] { CHECK(refused_restore(place, true).code() == Errc::corrupt); });
  write_bytes(place.backup(), "no store at all");
  check_nothing_changed([&] { CHECK(refused_restore(place, true).code() == Errc::corrupt); });
  write_bytes(place.backup(), sound_backup);
  int asked = 0;
  CopyOptions options{.force = true};
  options.progress = [&](std::uint64_t done, std::uint64_t total) {
    CHECK(done <= total);
    return ++asked > 0;
  };
  CHECK(Safekeeping::restore(place.backup(), place.folder.path("counted.db"), options));
  REQUIRE(asked > 2);
  for (int stop_at = 0; stop_at < asked; ++stop_at) {
    check_nothing_changed([&] {
      options.progress = [left = stop_at](std::uint64_t, std::uint64_t) mutable {
        return left-- > 0;
      };
      CHECK_FALSE(Safekeeping::restore(place.backup(), place.path(), options));
    });
  }
}

TEST_CASE("a restore refuses paths that make no sense") {
  const RestoreFolder place;
  const auto code = [&](const std::string& from, const std::string& to, bool force) {
    return refusal([&] { Safekeeping::restore(from, to, {.force = force}); }).code();
  };
  const std::string path = place.path();
  CHECK(code(place.folder.path("none"), path, true) == Errc::not_found);
  CHECK(code(path, path, true) == Errc::invalid);
  std::filesystem::create_directory(place.folder.path("folder"));
  CHECK(code(place.backup(), place.folder.path("folder"), true) == Errc::invalid);
  std::filesystem::create_symlink(path, place.folder.path("link"));
  CHECK(code(place.backup(), place.folder.path("link"), true) == Errc::invalid);
  write_bytes(place.folder.path("left.db-wal"), "the log of a store that is gone");
  CHECK(code(place.backup(), place.folder.path("left.db"), false) == Errc::corrupt);
  { RawDatabase(place.folder.path("foreign.db")).run("CREATE TABLE t (a)"); }
  CHECK(code(place.backup(), place.folder.path("foreign.db"), true) == Errc::unsupported);
  CHECK(is_old(Store::open(path, quiet_options())));
}

TEST_CASE("who has the old store open is told at the next write and soon at a read") {
  const RestoreFolder place;
  Store old = Store::open(place.path(), quiet_options());
  old.insert(sample_records("old", 100, 5), OnConflict::error);  // in the log
  REQUIRE(walk(old, {}).size() == 25);
  CHECK_FALSE(old.exchanged());
  REQUIRE(Safekeeping::restore(place.backup(), place.path(), {.force = true}));
  CHECK(old.exchanged());
  check_is_exchanged(refusal([&] { old.insert(sample_call("late", 1)); }));
  check_is_exchanged(refusal([&] { old.pack(); }));
  std::this_thread::sleep_for(std::chrono::milliseconds(120));
  check_is_exchanged(refusal([&] { old.info(); }));
  check_is_exchanged(refusal([&] { walk(old, {}); }));
  check_is_exchanged(refusal([&] { Safekeeping(old).verify(); }));
  check_is_exchanged(refusal([&] { Safekeeping(old).backup(place.folder.path("copy")); }));

  // The new store's log is at risk when the old one is closed: it has the same name.
  Store opened = Store::open(place.path(), quiet_options());
  opened.insert(sample_call("new", 1));
  CHECK_FALSE(opened.exchanged());
  old = Store::open(place.folder.path("elsewhere.db"), quiet_options());
  opened.insert(sample_call("new", 2));
  CHECK(walk(Store::open(place.path(), quiet_options()), {.fn_id = "new"}).size() == 2);
  CHECK(walk(opened, {.fn_id = "late"}).empty());
  CHECK(Safekeeping(opened).verify().ok());
}

TEST_CASE("a log that lost its name takes no more writes") {
  // What is left when a restore is killed between two of its steps.
  const RestoreFolder place;
  std::optional<Store> old = Store::open(place.path(), quiet_options());
  REQUIRE(is_old(*old));
  for (const char* const ending : {"-wal", "-shm"}) std::filesystem::remove(place.path() + ending);
  check_is_exchanged(refusal([&] { old->insert(sample_call("late", 1)); }));
  // Within a process all connections to a file share one index: the one without a name.
  check_is_exchanged(refusal([&] { Store::open(place.path(), quiet_options()); }));
  old.reset();
  Store opened = Store::open(place.path(), quiet_options());
  CHECK(is_old(opened));
  opened.insert(sample_call("new", 1));
  CHECK(Safekeeping(opened).verify().ok());
}

TEST_CASE("a restore takes the place of a damaged store and removes its log") {
  for (const char* const how : {"header", "root", "empty", "cut"}) {
    INFO(how);
    const RestoreFolder place;
    {
      const Store open = Store::open(place.path(), quiet_options());
      // Its files as a killed process leaves them.
      std::filesystem::copy_file(place.path(), place.folder.path("kept"));
      RawDatabase raw(place.path());
      raw.run("PRAGMA wal_autocheckpoint = 0; UPDATE store_state SET commit_seq = commit_seq + 1");
      std::filesystem::copy_file(place.path() + "-wal", place.folder.path("kept-wal"));
    }
    std::string bytes = read_bytes(place.folder.path("kept"));
    if (how[0] == 'h') bytes.replace(0, 40, std::string(40, 'x'));
    if (how[0] == 'r') bytes.replace(100, 3'000, std::string(3'000, '\x07'));
    if (how[0] == 'e') bytes.clear();
    if (how[0] == 'c') bytes.resize(5'000);
    write_bytes(place.path(), bytes);
    std::filesystem::rename(place.folder.path("kept-wal"), place.path() + "-wal");
    std::filesystem::remove(place.folder.path("kept"));
    CHECK(Safekeeping::restore(place.backup(), place.path(), {.force = true}));
    CHECK(place.folder.names() == "backup history.db");
    CHECK(is_new(place.path()));
  }
}

TEST_CASE("a restore waits for readers of the old log, and gives up without harm") {
  const RestoreFolder place;
  Store old = Store::open(place.path(), quiet_options());
  {
    RawDatabase reader(place.path());
    old.insert(sample_call("old", 100));
    reader.run("BEGIN");
    REQUIRE(reader.number("SELECT count(*) FROM call_rows") == 21);
    old.insert(sample_call("old", 101));
    const Error error = refusal([&] {
      CopyOptions options{.force = true};
      options.busy_timeout = std::chrono::milliseconds(50);
      Safekeeping::restore(place.backup(), place.path(), options);
    });
    CHECK(error.code() == Errc::busy);
    old.insert(sample_call("old", 102));  // nothing was taken from it
  }
  CHECK(walk(old, {}).size() == 23);
  CHECK(Safekeeping::restore(place.backup(), place.path(), {.force = true}));
  CHECK(is_new(place.path()));
}

TEST_CASE("a restore takes a store that is in use as a backup, with what is in its log") {
  const RestoreFolder place;
  Store source = Store::open(place.backup(), quiet_options());
  source.insert(sample_call("f", 5'000));
  REQUIRE(size_of_file(place.backup() + "-wal") > 0);
  CHECK(Safekeeping::restore(place.backup(), place.path(), {.force = true}));
  const Store restored = Store::open(place.path(), quiet_options());
  CHECK(restored.find({"f", sample_call("f", 5'000).id}));
  source.insert(sample_call("f", 5'001));
  CHECK(Safekeeping(source).verify().ok());
}
