// SQLite's memory, which runs out when a Faults says so. Only SQLite's: its own small cache for
// each connection (lookaside) comes first, so not every allocation is seen.
#include "memory_layer.h"

#include "faults.h"

#include <sqlite3.h>
#include <stdexcept>

namespace faults {
namespace {

sqlite3_mem_methods real_memory{};

bool may_allocate(int bytes) {
  StepCall call;
  call.step = Step::allocate;
  call.bytes = bytes;
  int ignored = 0;
  return ask(call, ignored);
}

void* allocate(int bytes) {
  return may_allocate(bytes) ? real_memory.xMalloc(bytes) : nullptr;
}

void* reallocate(void* old, int bytes) {
  return may_allocate(bytes) ? real_memory.xRealloc(old, bytes) : nullptr;
}

}  // namespace

void install_memory() {
  sqlite3_mem_methods ours{};
  if (sqlite3_config(SQLITE_CONFIG_GETMALLOC, &real_memory) != SQLITE_OK) {
    throw std::runtime_error("SQLite is at work already");
  }
  ours = real_memory;
  ours.xMalloc = allocate;
  ours.xRealloc = reallocate;
  if (sqlite3_config(SQLITE_CONFIG_MALLOC, &ours) != SQLITE_OK) {
    throw std::runtime_error("SQLite takes no memory of ours");
  }
}

}  // namespace faults
