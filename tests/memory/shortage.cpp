#include "shortage.h"

#include "failing_new.h"

#include <catch2/catch.hpp>
#include <cstdlib>
#include <filesystem>
#include <fmt/format.h>
#include <new>
#include <optional>
#include <stdexcept>
#include <unistd.h>

namespace fs = std::filesystem;
using namespace fnstore;

namespace {

constexpr unsigned longest_trial = 120;  // seconds; beyond, it hangs

/// One alone; and so many that not even the error's text finds any.
constexpr std::uint64_t lengths[] = {1, 40};

bool is_every_step() {
  const char* const wanted = std::getenv("FNSTORE_EVERY_STEP");
  return wanted != nullptr && std::string(wanted) == "1";
}

std::string new_folder() {
  std::string name = (fs::temp_directory_path() / "fnstore-memory-XXXXXX").string();
  if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("no folder " + name);
  return fs::canonical(name).string();
}

}  // namespace

Shortage::Shortage(std::uint64_t first, std::uint64_t length)
    : folder_(new_folder()), first_(first), length_(length) {
  ::alarm(longest_trial);
}

Shortage::~Shortage() {
  ::alarm(0);
  std::error_code ignored;
  fs::remove_all(folder_, ignored);
}

bool Shortage::during(const std::function<void()>& work) {
  std::optional<Error> error;
  bool done = false;
  {
    const FailingNew failing(first_, length_);
    try {
      work();
      done = true;
    } catch (const Error& refusal) {
      error = refusal;
    } catch (const std::bad_alloc&) {
      done = false;
    }
  }
  const bool failed = FailingNew::failures() > 0;
  happened_ = happened_ || failed;
  if (error) {
    INFO(to_string(error->code()) << ": " << error->what());
    CHECK(error->code() == Errc::io);
    CHECK_THAT(error->what(), Catch::Contains("out of memory"));
  }
  if (!done) CHECK(failed);
  return done;
}

Contents Shortage::reopened(const std::string& name) const {
  return verified_contents(path(name));
}

void Shortage::check_no_drafts() const {
  for (const auto& entry : fs::directory_iterator(folder_)) {
    INFO("left: " << entry.path().filename());
    CHECK(entry.path().filename().string().find(".new-") == std::string::npos);
  }
}

void every_shortage(const char* operation, std::uint64_t stride,
                    const std::function<void(Shortage&)>& body) {
  if (is_every_step()) stride = 1;
  for (const std::uint64_t length : lengths) {
    std::uint64_t trials = 0;
    bool happened = true;
    for (std::uint64_t first = 1; happened; first += stride) {
      INFO(operation << ": " << length << " allocations fail from the " << first << "th on");
      Shortage shortage(first, length);
      body(shortage);
      happened = shortage.happened();
      trials += happened ? 1 : 0;
    }
    fmt::print("{}: {} times {} allocations failed\n", operation, trials, length);
  }
}
