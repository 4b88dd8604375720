// One bit of a small packed store changed, at random places: verify says so, or everything that
// can be read is as it was. FNSTORE_FLIPS (default 600) says how many, FNSTORE_SEED which.

#include "fnstore/json.h"
#include "fnstore/safekeeping.h"

#include "child_process.h"
#include "sample_calls.h"
#include "scratch_folder.h"

#include <catch2/catch.hpp>
#include <cstdlib>
#include <filesystem>
#include <fmt/format.h>
#include <random>
#include <string>

using namespace fnstore;

namespace {

std::uint64_t from_environment(const char* name, std::uint64_t otherwise) {
  const char* const given = std::getenv(name);
  return given == nullptr ? otherwise : std::strtoull(given, nullptr, 10);
}

/// Only what checksums or comparisons cover: packed calls, without request fields and logs.
void make_packed_store(const std::string& path) {
  Store store = Store::open(path, quiet_options());
  std::vector<Call> calls;
  for (std::uint32_t n = 0; n < 700; ++n) calls.push_back(listed(sample_call("f", n)));
  for (std::uint32_t n = 0; n < 150; ++n) calls.push_back(listed(foreign_call("g", n)));
  store.insert(calls);
  store.pack();
}

std::string everything_in(const std::string& path) {
  const Store store = Store::open(path, quiet_options());
  std::string all;
  const auto add = [&](const CallFilter& filter) {
    for (const Call& call : walk(store, filter)) all += to_json(call) + '\n';
  };
  add({});
  add({.fn_id = "f"});
  add({.status = {Status::error}});
  add({.fn_id = "f", .type = CallType::async});
  add({.app_id = "app-2"});
  add({.fn_id = "f", .from_time = sample_call("f", 300).created_at});
  const StoreInfo info = store.info();
  all += fmt::format("{} calls of {} functions", info.calls, info.functions);
  for (const std::uint64_t count : info.calls_by_status) all += fmt::format(" {}", count);
  return all;
}

bool says_so(const std::string& path) {
  try {
    return !Safekeeping::verify_file(path).ok();
  } catch (const Error&) {
    return true;
  }
}

std::string verdict_on(const std::string& path, const std::string& sound) {
  if (says_so(path)) return {};
  try {
    return everything_in(path) == sound ? "" : "verify is content, and it reads otherwise";
  } catch (const Error& error) {
    return std::string("verify is content, and it does not read: ") + error.what();
  }
}

}  // namespace

TEST_CASE("verify sees a changed bit, or nothing that can be read has changed") {
  const ScratchFolder folder;
  const std::string path = folder.path("history.db");
  make_packed_store(path);
  const std::string whole = read_bytes(path);
  const std::string sound = everything_in(path);
  const std::uint64_t seed = from_environment("FNSTORE_SEED", std::random_device{}());
  INFO("FNSTORE_SEED=" << seed);
  std::mt19937_64 random(seed);
  std::vector<std::uint64_t> bits(from_environment("FNSTORE_FLIPS", 600));
  for (std::uint64_t& bit : bits) bit = random() % (whole.size() * 8);
  const auto verdicts = run_trials(bits.size(), 20, 100, [&](std::size_t n) {
    std::string damaged = whole;
    char& byte = damaged[bits[n] / 8];
    byte = static_cast<char>(static_cast<unsigned char>(byte) ^ (1U << bits[n] % 8));
    for (const char* const suffix : {"-wal", "-shm", "-lock"}) {
      std::filesystem::remove(path + suffix);
    }
    write_bytes(path, damaged);
    return verdict_on(path, sound);
  });
  CHECK(verdicts.empty());
  for (const Verdict& verdict : verdicts) {
    const std::uint64_t at = bits[verdict.trial] / 8;
    FAIL_CHECK("byte " << at << " (" << at % 4'096 << " of page " << at / 4'096 + 1 << "), bit "
                       << bits[verdict.trial] % 8 << ": " << verdict.problem);
  }
}
