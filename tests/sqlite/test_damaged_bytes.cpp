// Each byte of a small store changed, one at a time: an Error or an answer, never a crash, a hang
// or a huge allocation. FNSTORE_BYTE_STEP (default 41) says how many bytes to go on after each.

#include "fnstore/safekeeping.h"
#include "fnstore/store.h"

#include "child_process.h"
#include "refusal.h"
#include "sample_calls.h"
#include "scratch_folder.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cstdlib>
#include <filesystem>
#include <fmt/format.h>
#include <string>
#include <vector>

using namespace fnstore;

namespace {

constexpr std::size_t page = 4'096;

void make_small_store(const std::string& path) {
  Store store = Store::open(path, quiet_options());
  store.insert(sample_records("f", 0, 140), OnConflict::error);
  store.insert(foreign_call("g", 1));
  store.pack();
  store.insert(sample_records("f", 200, 12), OnConflict::error);
  store.insert(waiting_call("w", 1));
}

/// The file alone, whatever the trial before left.
void write_store(const std::string& path, const std::string& bytes) {
  for (const char* const suffix : {"-wal", "-shm", "-lock"}) std::filesystem::remove(path + suffix);
  write_bytes(path, bytes);
}

bool is_told(const Error& error) {
  return error.code() == Errc::corrupt || error.code() == Errc::unsupported ||
         error.code() == Errc::schema_too_new;
}

/// What was wrong with how the store was read, or nothing.
std::string read_everything(const std::string& path) {
  std::string problem;
  const auto attempt = [&](const char* what, auto&& read) {
    try {
      read();
    } catch (const Error& error) {
      if (!is_told(error)) problem = fmt::format("{}: {}", what, error.what());
    } catch (const std::exception& other) {
      problem = fmt::format("{}: not an Error: {}", what, other.what());
    }
  };
  attempt("verify", [&] { Safekeeping::verify_file(path); });
  attempt("open", [&] {
    const Store store = Store::open(path, quiet_options());
    attempt("list all", [&] { walk(store, {}); });
    attempt("list f", [&] { walk(store, {.fn_id = "f"}); });
    attempt("errors", [&] { walk(store, {.fn_id = "f", .error = "time"}); });
    for (const std::uint32_t n : {0U, 3U, 12U, 139U, 200U, 204U}) {
      attempt("find", [&] { store.find({"f", sample_call("f", n).id}); });
      attempt("find_log", [&] { store.find_log({"f", sample_call("f", n).id}); });
    }
    attempt("find g", [&] { store.find({"g", foreign_call("g", 1).id}); });
    attempt("info", [&] { store.info(); });
  });
  return problem;
}

std::size_t byte_step() {
  const char* const given = std::getenv("FNSTORE_BYTE_STEP");
  return given == nullptr ? 41 : std::max<std::size_t>(1, std::strtoul(given, nullptr, 10));
}

/// A bit that differs from byte to byte, and all bits of some.
char changed(char byte, std::size_t at) {
  const unsigned bits = at % 3 == 0 ? 0xffU : at % 3 == 1 ? 0x80U : 1U << (at / 3 % 8);
  return static_cast<char>(static_cast<unsigned char>(byte) ^ bits);
}

}  // namespace

TEST_CASE("a store with any byte changed gives errors or answers") {
  const ScratchFolder folder;
  const std::string path = folder.path("history.db");
  make_small_store(path);
  const std::string whole = read_bytes(path);
  // All of the file's header and of the heads of its pages, and some bytes of everything else.
  std::vector<std::size_t> places;
  for (std::size_t at = 0; at < whole.size(); ++at) {
    const bool head = at < 108 || at % page < 12;
    if (head || at % byte_step() == 0) places.push_back(at);
  }
  const auto verdicts = run_trials(places.size(), 20, 64, [&](std::size_t n) {
    const std::size_t at = places[n];
    std::string damaged = whole;
    damaged[at] = changed(whole[at], at);
    write_store(path, damaged);
    const std::string problem = read_everything(path);
    return problem.empty() && read_bytes(path) != damaged ? "reading it changed it" : problem;
  });
  for (const Verdict& verdict : verdicts) {
    const std::size_t at = places[verdict.trial];
    FAIL_CHECK("byte " << at << " (" << at % page << " of page " << at / page + 1
                       << "): " << verdict.problem);
  }
  write_store(path, whole);
  CHECK(Store::open(path, quiet_options()).info().calls == 154);
}
