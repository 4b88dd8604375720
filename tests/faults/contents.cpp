#include "contents.h"

#include <catch2/catch.hpp>
#include <chrono>
#include <utility>

using namespace fnstore;

Contents contents_of(const Store& store) {
  Contents found;
  for (const Call& listed : store.calls({})) {
    KeptCall record{store.get(listed.key()), store.find_log(listed.key())};
    const auto [at, is_new] = found.emplace(std::pair(listed.fn_id, listed.id), std::move(record));
    if (!is_new) FAIL("call " << listed.id << " of " << listed.fn_id << " is there twice");
  }
  REQUIRE(store.info().calls == found.size());
  return found;
}

Contents verified_contents(const std::string& path) {
  const Verification found = Safekeeping::verify_file(path);
  if (!found.ok()) {
    FAIL("verify: " << found.problems.front().where << ": " << found.problems.front().what);
  }
  return contents_of(Store::open(path, quiet_options()));
}

StoreOptions quiet_options() {
  StoreOptions options;
  options.background_packing = false;
  options.retention_interval = std::chrono::milliseconds(0);
  options.busy_timeout = std::chrono::milliseconds(200);
  return options;
}
