#include "children.h"

#include "fnstore/fnstore.h"

#include <cstring>
#include <fmt/format.h>
#include <random>
#include <thread>
#include <vector>

using namespace fnstore;

namespace {

StoreOptions user_options() {
  StoreOptions options;
  options.durability = Durability::crash_safe;
  options.pack_after = 200;
  options.create = false;
  return options;
}

void use(Store& store, std::mt19937_64& random) {
  Call call;
  call.id = new_call_id();
  call.fn_id = user_fn;
  call.status = Status::success;
  const CallRecord record{call, std::string(random() % 300, 'u')};
  store.insert(std::span(&record, 1), OnConflict::error);
  if (random() % 4 == 0) store.list({.per_page = 100});
  if (random() % 16 == 0) store.find_log(call.key());
}

/// What a restore may do to those who have the store open; anything else is a fault.
bool is_told_to_open_anew(const Error& error) {
  return std::strstr(error.what(), "was exchanged while it was open: close it and open it anew") !=
         nullptr;
}

}  // namespace

std::string store_in(const std::string& folder) {
  return folder + "/store.db";
}

std::string backup_in(const std::string& folder, bool odd) {
  return folder + (odd ? "/odd.backup" : "/even.backup");
}

void make_backup(const std::string& folder, bool odd) {
  const std::string path = backup_in(folder, odd);
  Store store = Store::open(path);
  std::vector<CallRecord> records;
  for (std::uint64_t n = 0; n < (odd ? odd_calls : even_calls); ++n) {
    Call call;
    call.id = fmt::format("{:06}", n);
    call.fn_id = odd ? odd_fn : even_fn;
    call.status = Status::success;
    records.push_back({call, fmt::format("log {} of {}", n, call.fn_id)});
  }
  store.insert(records, OnConflict::error);
}

int run_restorer(const std::string& folder, std::uint64_t seed) {
  try {
    for (std::uint64_t n = seed;; ++n) {
      CopyOptions options;
      options.force = true;
      Safekeeping::restore(backup_in(folder, n % 2 == 1), store_in(folder), options);
    }
  } catch (const std::exception& error) {
    fmt::print(stderr, "restorer: {}\n", error.what());
    return 4;
  }
}

int run_user(const std::string& folder, std::uint64_t seed) {
  std::mt19937_64 random(seed);
  while (true) {
    try {
      Store store = Store::open(store_in(folder), user_options());
      for (std::uint64_t n = 0; n < 20 + random() % 200; ++n) use(store, random);
    } catch (const Error& error) {
      if (is_told_to_open_anew(error)) continue;
      fmt::print(stderr, "user: {}: {}\n", to_string(error.code()), error.what());
      return 4;
    } catch (const std::exception& error) {
      fmt::print(stderr, "user: {}\n", error.what());
      return 5;
    }
  }
}
