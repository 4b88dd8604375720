#include "synchronous_off.h"

#include <atomic>

namespace {

std::atomic<bool> is_off{false};
thread_local bool setting = false;

int set_off(sqlite3* connection, char**, const sqlite3_api_routines*) {
  setting = true;
  sqlite3_exec(connection, "PRAGMA synchronous = OFF", nullptr, nullptr, nullptr);
  setting = false;
  return SQLITE_OK;
}

}  // namespace

void switch_synchronous_off() {
  sqlite3_auto_extension(reinterpret_cast<void (*)()>(set_off));
  is_off = true;
}

bool is_synchronous_fixed() {
  return is_off && !setting;
}
