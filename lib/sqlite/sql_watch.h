#pragma once

#include "fnstore/sql.h"

#include <chrono>
#include <functional>
#include <optional>
#include <stop_token>

struct sqlite3;

namespace fnstore::sqlite {

/// Ends what runs on a connection when its time is over or a stop is requested.
class SqlWatch {
 public:
  /// `handle` must stay open while the watch lives.
  SqlWatch(sqlite3* handle, const SqlOptions& options);
  ~SqlWatch();
  SqlWatch(const SqlWatch&) = delete;
  SqlWatch& operator=(const SqlWatch&) = delete;

  /// Throws `interrupted` or `timed_out` once there is cause to.
  void check() const;

 private:
  struct Interrupt {
    sqlite3* handle;
    void operator()() const noexcept;
  };

  bool is_over() const;

  sqlite3* handle_;
  std::stop_token stop_;
  std::chrono::milliseconds time_limit_;
  std::chrono::steady_clock::time_point begun_ = std::chrono::steady_clock::now();
  std::stop_callback<Interrupt> on_stop_;
};

}  // namespace fnstore::sqlite
