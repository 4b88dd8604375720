#include "sqlite/sql_watch.h"

#include "fnstore/error.h"

#include <fmt/format.h>
#include <sqlite3.h>

namespace fnstore::sqlite {
namespace {

/// Some tenths of a millisecond of SQLite's virtual machine.
constexpr int steps_between_looks = 1'000;

}  // namespace

void SqlWatch::Interrupt::operator()() const noexcept {
  sqlite3_interrupt(handle);
}

SqlWatch::SqlWatch(sqlite3* handle, const SqlOptions& options)
    : handle_(handle),
      stop_(options.stop),
      time_limit_(options.time_limit),
      on_stop_(options.stop, Interrupt{handle}) {
  sqlite3_progress_handler(
      handle_, steps_between_looks,
      [](void* self) { return static_cast<const SqlWatch*>(self)->is_over() ? 1 : 0; }, this);
}

SqlWatch::~SqlWatch() {
  sqlite3_progress_handler(handle_, 0, nullptr, nullptr);
}

bool SqlWatch::is_over() const {
  if (stop_.stop_requested()) return true;
  return time_limit_.count() > 0 && std::chrono::steady_clock::now() - begun_ >= time_limit_;
}

void SqlWatch::check() const {
  if (!is_over()) return;
  if (stop_.stop_requested()) throw Error(Errc::interrupted, "the SQL was interrupted");
  throw Error(Errc::timed_out,
              fmt::format("the SQL took longer than its time limit of {} s: give it more, or "
                          "narrow it by fn_id, id or created_at",
                          static_cast<double>(time_limit_.count()) / 1'000));
}

}  // namespace fnstore::sqlite
