// What somebody left under the names that a store, its companions, a backup or a restored store
// would get: links, pipes, folders, sockets, devices, files of others. Refused, never followed,
// never waited for, and left as it was.

#include "fnstore/safekeeping.h"
#include "fnstore/store.h"

#include "refusal.h"
#include "sample_calls.h"
#include "scratch_folder.h"

#include <catch2/catch.hpp>
#include <cstring>
#include <filesystem>
#include <functional>
#include <stdexcept>
#include <string>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/un.h>
#include <unistd.h>
#include <vector>

using namespace fnstore;
namespace fs = std::filesystem;

namespace {

constexpr unsigned longest_case = 60;  // seconds; beyond, it waits for a pipe's other end
constexpr uid_t somebody_else = 12'345;

struct Kind {
  const char* name;
  std::function<bool(const std::string&)> make;  // false: not on this system, or not as this user
};

bool make_socket(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof address.sun_path) return false;
  std::memcpy(address.sun_path, path.c_str(), path.size());
  const int listening = ::socket(AF_UNIX, SOCK_STREAM, 0);
  const auto* const any = reinterpret_cast<const sockaddr*>(&address);
  const bool made = ::bind(listening, any, sizeof address) == 0;
  ::close(listening);
  return made;
}

bool make_link(const std::string& path, const char* target) {
  return ::symlink(target, path.c_str()) == 0;
}

const std::vector<Kind> kinds{
    {"a link to a file", [](const std::string& path) { return make_link(path, "precious"); }},
    {"a link to nothing", [](const std::string& path) { return make_link(path, "nothing"); }},
    {"a pipe", [](const std::string& path) { return ::mkfifo(path.c_str(), 0600) == 0; }},
    {"a folder", [](const std::string& path) { return fs::create_directory(path); }},
    {"a socket", make_socket},
    {"a device",
     [](const std::string& path) {
       return ::mknod(path.c_str(), S_IFCHR | 0600, ::makedev(1, 5)) == 0;  // endless zeros
     }},
};

/// A store with a call, a backup of it, a file that must stay as it is.
class Place {
 public:
  Place() {
    ::alarm(longest_case);
    {
      Store store = Store::open(path(), quiet_options());
      store.insert(sample_call("f", 1));
      Safekeeping(store).backup(backup());
    }
    write_bytes(folder.path("precious"), "keep");
  }
  ~Place() { ::alarm(0); }
  Place(const Place&) = delete;
  Place& operator=(const Place&) = delete;

  std::string path() const { return folder.path("history.db"); }
  std::string backup() const { return folder.path("backup.db"); }

  /// All of it must be refused, name `culprit`, and change nothing.
  void check_refusal(const std::string& culprit, const std::vector<std::function<void()>>& all) {
    const auto before = folder.contents();
    for (const auto& attempt : all) {
      const Error error = refusal(attempt);
      CHECK(error.code() == Errc::invalid);
      CHECK_THAT(error.what(), Catch::Contains(culprit));
    }
    CHECK((folder.contents() == before));
  }

  ScratchFolder folder;
};

/// Whatever opens a store at a path, or makes one there.
std::vector<std::function<void()>> every_use(const Place& place, const std::string& path) {
  return {
      [path] { Store::open(path, quiet_options()); },
      [path] { Safekeeping::verify_file(path); },
      [&place, path] { Safekeeping::restore(path, place.folder.path("new.db")); },
      [&place, path] { Safekeeping::restore(place.backup(), path, {.force = true}); },
  };
}

void back_up(const Place& place, const std::string& target) {
  const std::string source = place.folder.path("source.db");
  fs::copy_file(place.backup(), source, fs::copy_options::overwrite_existing);
  const Store store = Store::open(source, quiet_options());
  Safekeeping(store).backup(target, {.force = true});
}

}  // namespace

TEST_CASE("what is no regular file is no store, no backup and no place for either") {
  for (const Kind& kind : kinds) {
    INFO(kind.name);
    Place place;
    const std::string path = place.folder.path("odd.db");
    if (!kind.make(path)) continue;
    place.check_refusal(path, every_use(place, path));
    CHECK(refusal([&] { back_up(place, path); }).code() == Errc::invalid);
  }
}

TEST_CASE("what is no regular file is no companion of a store, there or to be made") {
  for (const Kind& kind : kinds) {
    for (const char* const ending : {"-wal", "-journal", "-shm", "-lock"}) {
      INFO(kind.name << " at " << ending);
      Place place;
      if (!kind.make(place.path() + ending)) continue;
      place.check_refusal(place.path() + ending, every_use(place, place.path()));
      CHECK(refusal([&] { back_up(place, place.path()); }).code() == Errc::invalid);
      fs::remove(place.path());
      place.check_refusal(place.path() + ending,
                          {
                              [&] { Store::open(place.path(), quiet_options()); },
                              [&] { Safekeeping::restore(place.backup(), place.path()); },
                          });
      CHECK(read_bytes(place.folder.path("precious")) == "keep");
    }
  }
}

TEST_CASE("a companion that belongs to somebody else is refused, unless the file is shared") {
  if (::geteuid() != 0) return;  // only root can give a file away
  for (const char* const ending : {"-wal", "-journal", "-shm", "-lock"}) {
    INFO(ending);
    Place place;
    const std::string companion = place.path() + ending;
    write_bytes(companion, "");
    REQUIRE(::chown(companion.c_str(), somebody_else, somebody_else) == 0);
    place.check_refusal(companion, every_use(place, place.path()));
    REQUIRE(::chmod(place.path().c_str(), 0660) == 0);
    CHECK(Store::open(place.path(), quiet_options()).info().calls == 1);
  }
  Place place;  // the file is somebody's own, with all that stands beside it
  write_bytes(place.path() + "-lock", "");
  for (const std::string& each : {place.path(), place.path() + "-lock"}) {
    REQUIRE(::chown(each.c_str(), somebody_else, somebody_else) == 0);
  }
  CHECK(Store::open(place.path(), quiet_options()).info().calls == 1);
}

TEST_CASE("copies are their owner's alone, whatever the umask") {
  for (const mode_t mask : {mode_t{0}, mode_t{022}, mode_t{077}}) {
    const mode_t before = ::umask(mask);
    const Place place;
    Safekeeping::restore(place.backup(), place.folder.path("restored.db"));
    Safekeeping::restore(place.backup(), place.path(), {.force = true});
    ::umask(before);
    for (const std::string& each :
         {place.path(), place.backup(), place.folder.path("restored.db")}) {
      struct stat status {};
      REQUIRE(::stat(each.c_str(), &status) == 0);
      CHECK((status.st_mode & 07777U) == 0600U);
    }
  }
}
