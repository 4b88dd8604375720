#include "trial.h"

#include <catch2/catch.hpp>
#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <fmt/format.h>
#include <set>
#include <stdexcept>
#include <unistd.h>

namespace fs = std::filesystem;
using namespace fnstore;
using faults::Step;

namespace {

/// Before main(): no connection was opened without the layer.
[[maybe_unused]] const bool installed = (faults::install(), true);

constexpr unsigned longest_trial = 300;  // seconds; beyond, it hangs

/// What the operating system would say.
int failure_of(Step step) {
  switch (step) {
    case Step::open:
      return SQLITE_CANTOPEN;
    case Step::read:
      return SQLITE_IOERR_READ;
    case Step::write:
      return SQLITE_IOERR_WRITE;
    case Step::truncate:
      return SQLITE_IOERR_TRUNCATE;
    case Step::sync:
      return SQLITE_IOERR_FSYNC;
    case Step::remove:
      return SQLITE_IOERR_DELETE;
    case Step::look:
      return SQLITE_IOERR_ACCESS;
    case Step::size:
      return SQLITE_IOERR_FSTAT;
    case Step::grow:
      return SQLITE_IOERR_WRITE;
    case Step::lock:
      return SQLITE_IOERR_LOCK;
    case Step::unlock:
      return SQLITE_IOERR_UNLOCK;
    case Step::map_index:
      return SQLITE_IOERR_SHMMAP;
    case Step::lock_index:
    case Step::unlock_index:
      return SQLITE_IOERR_SHMLOCK;
    default:
      return EIO;
  }
}

/// 0 for what needs no space.
int full_failure_of(const faults::StepCall& call) {
  switch (call.step) {
    case Step::write:
    case Step::grow:
      return SQLITE_FULL;
    case Step::map_index:
      return SQLITE_IOERR_SHMSIZE;
    case Step::own_draft:
    case Step::own_link:
    case Step::own_reserve:
      return ENOSPC;
    default:
      return 0;
  }
}

/// Of how many steps in a row one is made to fail. FNSTORE_EVERY_STEP=1 tries every step; only of
/// the thousands of allocations, most of them alike, it leaves some out.
std::uint64_t stride_of(Failing failing) {
  const char* const wanted = std::getenv("FNSTORE_EVERY_STEP");
  const bool every = wanted != nullptr && std::string(wanted) == "1";
  switch (failing) {
    case Failing::once:
      return every ? 1 : 2;
    case Failing::from_then:
      return every ? 1 : 7;
    case Failing::full:
      return every ? 1 : 3;
    case Failing::memory:
    case Failing::memory_from_then:
      return every ? 13 : 149;
  }
  return 1;
}

std::string new_folder() {
  std::string name = (fs::temp_directory_path() / "fnstore-faults-XXXXXX").string();
  if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("no folder " + name);
  return fs::canonical(name).string();
}

}  // namespace

const char* name_of(Failing failing) {
  switch (failing) {
    case Failing::once:
      return "once";
    case Failing::from_then:
      return "from then on";
    case Failing::full:
      return "disk full from then on";
    case Failing::memory:
      return "out of memory once";
    case Failing::memory_from_then:
      return "out of memory from then on";
  }
  return "?";
}

/// 0: this step is none of those that fail.
int NthFailure::code_for(const faults::StepCall& call) const {
  const bool memory = failing_ == Failing::memory || failing_ == Failing::memory_from_then;
  if (memory) return call.step == Step::allocate ? SQLITE_NOMEM : 0;
  if (call.step == Step::allocate || call.step == Step::set_synchronous) return 0;
  return failing_ == Failing::full ? full_failure_of(call) : failure_of(call.step);
}

int NthFailure::before(const faults::StepCall& call) {
  const int code = code_for(call);
  if (code == 0) return 0;
  const std::uint64_t count = ++steps_;
  if (count < nth_) return 0;
  if (count == nth_) {
    const std::lock_guard guard(mutex_);
    step_ = call.step;
    path_ = fs::path(call.path).filename().string();
  }
  const bool lasting = failing_ != Failing::once && failing_ != Failing::memory;
  return count == nth_ || lasting ? code : 0;
}

std::string NthFailure::description() const {
  const std::lock_guard guard(mutex_);
  return fired() ? fmt::format("{} {}", faults::name_of(step_), path_) : "nothing";
}

Trial::Trial(std::uint64_t nth, Failing failing)
    : folder_(new_folder()), mode_(failing), failure_(nth, failing) {
  ::alarm(longest_trial);
}

Trial::~Trial() {
  ::alarm(0);
  std::error_code ignored;
  fs::remove_all(folder_, ignored);
}

std::optional<Errc> Trial::failing(const std::function<void()>& work) {
  const faults::Scope scope(failure_);
  try {
    work();
    return std::nullopt;
  } catch (const Error& error) {
    INFO("failed: " << failure_.description() << ", error: " << to_string(error.code()) << ": "
                    << error.what());
    CHECK(fired());
    const bool sensible = error.code() == Errc::io || error.code() == Errc::full ||
                          error.code() == Errc::in_doubt || error.code() == allowed_;
    CHECK(sensible);
    return error.code();
  }
}

Contents Trial::reopened(const std::string& name) const {
  INFO("failed: " << failure_.description());
  return verified_contents(path(name));
}

void Trial::check_no_leftovers() const {
  if (failure_.step() == Step::own_remove || mode_ == Failing::from_then) return;
  for (const auto& entry : fs::directory_iterator(folder_)) {
    INFO("failed: " << failure_.description() << ", left: " << entry.path().filename());
    CHECK(entry.path().filename().string().find(".new-") == std::string::npos);
  }
}

void every_step(const char* operation, const std::function<void(Trial&)>& body) {
  for (const Failing failing : {Failing::once, Failing::from_then, Failing::full, Failing::memory,
                                Failing::memory_from_then}) {
    const std::uint64_t stride = stride_of(failing);
    std::uint64_t failed = 0;
    bool fired = true;
    for (std::uint64_t nth = 1; fired; nth += stride) {
      INFO(operation << ": step " << nth << " fails, " << name_of(failing));
      Trial trial(nth, failing);
      body(trial);
      fired = trial.fired();
      failed += fired ? 1 : 0;
    }
    fmt::print("{}: {} steps failed, {}\n", operation, failed, name_of(failing));
  }
}

std::optional<Errc> outcome(const std::function<void()>& work) {
  try {
    work();
    return std::nullopt;
  } catch (const Error& error) {
    return error.code();
  }
}
