// Which SQLite a program holds: never two, which would drop each other's locks.

#include "fnstore/store.h"

#include "sample_calls.h"
#include "scratch_folder.h"

#include <catch2/catch.hpp>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <sqlite3.h>
#include <string>

using namespace fnstore;

TEST_CASE("the program holds one SQLite, the one it was compiled for") {
  const std::string compiled = SQLITE_VERSION;
  CHECK(sqlite3_libversion() == compiled);
  const ScratchFolder folder;
  const Store store = Store::open(folder.path("history.db"), quiet_options());
  CHECK(store.info().engine_version == "SQLite " + compiled);
  const char* const own = std::getenv("FNSTORE_OWN_SQLITE");  // by hand it may not be set
  if (own == nullptr) return;
  std::ifstream in("/proc/self/maps");
  const std::string maps{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
  const bool is_shared = maps.find("/libsqlite3.so") != std::string::npos;
  CHECK(is_shared == (own != std::string("true")));
}
