// Stores cut short at every kind of place.

#include "fnstore/store.h"

#include "refusal.h"
#include "sample_calls.h"
#include "scratch_folder.h"

#include <catch2/catch.hpp>
#include <set>
#include <string>

using namespace fnstore;

namespace {

constexpr std::size_t page = 4'096;

/// A small store with both tiers, logs and request fields, closed.
void make_store(const std::string& path) {
  Store store = Store::open(path, quiet_options());
  store.insert(sample_records("f", 0, 150), OnConflict::error);
  store.pack();
  store.insert(sample_records("f", 150, 20), OnConflict::error);
  store.insert(sample_records("g", 0, 20), OnConflict::error);
}

/// Every length up to 100, around every page, and some in between.
std::set<std::size_t> lengths(std::size_t whole) {
  std::set<std::size_t> found;
  for (std::size_t length = 1; length <= 100; ++length) found.insert(length);
  for (std::size_t length = 101; length < whole; length += 509) found.insert(length);
  for (std::size_t length = page; length < whole; length += page) {
    found.insert({length - 1, length, length + 1});
  }
  found.insert(whole - 1);
  return found;
}

/// Reads a bit of everything. Every step is an answer or an Error.
void look_around(const std::string& path) {
  std::size_t errors = 0;
  const auto attempt = [&](auto&& read) {
    try {
      read();
    } catch (const Error& error) {
      CHECK(error.code() == Errc::corrupt);
      ++errors;
    }
  };
  attempt([&] {
    const Store store = Store::open(path, quiet_options());
    attempt([&] { walk(store, {}); });
    attempt([&] { walk(store, {.fn_id = "f"}); });
    attempt([&] { store.find({"f", sample_call("f", 3).id}); });
    attempt([&] { store.find_log({"f", sample_call("f", 4).id}); });
    attempt([&] { store.info(); });
  });
}

}  // namespace

TEST_CASE("a file cut short is refused at any length and left as it was") {
  const ScratchFolder folder;
  const std::string path = folder.path("history.db");
  make_store(path);
  const std::string whole = read_bytes(path);
  REQUIRE(whole.size() > 10 * page);
  for (const std::size_t length : lengths(whole.size())) {
    INFO("cut to " << length << " bytes of " << whole.size());
    const std::string cut = whole.substr(0, length);
    write_bytes(path, cut);
    const Error error = refusal([&] { Store::open(path, quiet_options()); });
    CHECK(error.code() == Errc::corrupt);
    CHECK_THAT(error.what(), Catch::Contains(path));
    CHECK((read_bytes(path) == cut));
    CHECK(folder.names() == "history.db");
  }
  write_bytes(path, whole);
  CHECK(Store::open(path, quiet_options()).info().calls == 190);
}

// With a log beside it a short file may be whole: what is missing may stand in the log. So these
// are opened, and what is really gone must turn up as an error where it is read.
TEST_CASE("a file cut short beside its log gives errors or answers, never a crash") {
  const ScratchFolder folder;
  const std::string path = folder.path("history.db");
  std::string log;
  make_store(path);
  {
    Store store = Store::open(path, quiet_options());
    store.insert(sample_call("f", 1'000));
    log = read_bytes(path + "-wal");  // no lock stands on the log itself
  }
  make_store(folder.path("other.db"));
  const std::string whole = read_bytes(folder.path("other.db"));
  for (std::size_t length = 512; length < whole.size(); length += 3'571) {
    INFO("cut to " << length << " bytes of " << whole.size());
    write_bytes(path, whole.substr(0, length));
    write_bytes(path + "-wal", log);
    look_around(path);
  }
}
