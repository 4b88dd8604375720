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

StoreOptions quiet_options() {
  StoreOptions options;
  options.background_packing = false;
  options.retention_interval = std::chrono::milliseconds(0);
  options.busy_timeout = std::chrono::milliseconds(200);
  return options;
}
