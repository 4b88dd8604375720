#pragma once

#include "fnstore/store.h"
#include "fnstore/timestamp.h"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace fnstore::bench {

/// Everything the command line says.
struct Settings {
  std::string workload;
  std::string engine;              ///< the one that is measured first
  std::vector<std::string> peers;  ///< those beside it
  std::uint64_t calls = 1'000'000;
  std::uint64_t functions = 1'000;
  std::uint64_t scatter = 0;         ///< percent
  std::optional<std::size_t> batch;  ///< calls an insert
  bool bulk = false;
  Durability durability = Durability::power_safe;
  std::size_t stats = 0;  ///< samples a call
  std::uint64_t seed = 1;
  std::optional<std::uint64_t> peer_calls;  ///< at most so many are recorded into a peer
  std::size_t threads = 16;                 ///< that insert at once
  std::size_t readers = 1;                  ///< that page while others write
  double seconds = 2;                       ///< a run of work that has no end of its own
  std::size_t runs = 5;
  std::size_t samples = 2'000;  ///< pages asked for, in each case and run
  std::string trace;            ///< prefix of the trace's files; empty: made-up calls
  Timestamp start{};            ///< when the trace's day begins
  bool verify = false;
  std::string serve;             ///< reopen's child: the file of requests; empty: not the child
  std::string db;                ///< empty: files in a folder that goes away
  std::filesystem::path folder;  ///< where that folder is made

  static constexpr std::size_t usual_batch = 1'000;
  static constexpr std::size_t bulk_batch = 65'536;
  std::size_t batch_size() const { return batch.value_or(bulk ? bulk_batch : usual_batch); }
};

/// The settings; nothing when the program should end now with `exit_status` (--help, or a mistake
/// that has been told on stderr).
std::optional<Settings> read_settings(int argc, char** argv, int& exit_status);

/// "power_safe", "crash_safe" or "buffered".
std::string to_string(Durability durability);

}  // namespace fnstore::bench
