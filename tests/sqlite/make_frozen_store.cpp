// Writes a store that holds frozen_history(), both tiers, to the path given; for tests/data, once
// for every schema version that is released. Never overwrite a file there: a test that opens it
// stands for the stores that users have. The same code and libraries write the same bytes.

#include "fnstore/store.h"

#include "frozen_history.h"

#include <algorithm>
#include <cstdio>
#include <filesystem>

using namespace fnstore;

namespace {

void write_store(const std::string& path) {
  StoreOptions options;
  options.background_packing = false;
  Store store = Store::open(path, options);
  const int version = store.info().schema_version;
  std::vector<CallRecord> packed = frozen_history(version);
  std::erase_if(packed, [](const CallRecord& each) { return each.call.fn_id == "waiting"; });
  const auto recent = std::stable_partition(
      packed.begin(), packed.end(), [](const CallRecord& each) { return was_packed(each.call); });
  const std::vector<CallRecord> rows(recent, packed.end());
  packed.erase(recent, packed.end());
  // A call that was once there, and one that took some steps: neither may show.
  Call gone = packed.front().call;
  gone.id = "gone";
  store.insert(gone);
  store.insert(packed, OnConflict::error);
  store.pack();
  store.remove(gone.key());
  store.insert(rows, OnConflict::error);
  for (const Submission& submission : frozen_queue(version)) Queue(store).submit(submission);
  store.set_retention_policy(frozen_policy(version));
}

}  // namespace

int main(int count, char** arguments) {
  if (count != 2 || std::filesystem::exists(arguments[1])) {
    std::fputs("usage: make-frozen-store FILE, which must not exist\n", stderr);
    return 2;
  }
  try {
    write_store(arguments[1]);
  } catch (const std::exception& failure) {
    std::fprintf(stderr, "make-frozen-store: %s\n", failure.what());
    return 1;
  }
  return 0;
}
