#pragma once

#include "fnstore/fnstore.h"
#include "fnstore/queue.h"

#include "latencies.h"

#include <cstdint>
#include <memory>
#include <random>
#include <string>
#include <string_view>

/// Of each function the newest so many calls stay; a policy of the store sees to it.
inline constexpr std::uint64_t kept_calls = 5'000;

/// How all that work on the file open it: what is packed, pruned and cached comes often, so that a
/// short time shows what a long one would.
fnstore::StoreOptions soak_options();

/// Latencies of the parts that are timed.
struct Timings {
  Latencies insert;
  Latencies page;
};

/// What one thread or process does with a store, round by round, at a pace that leaves the machine
/// to others. Throws when the store fails, or breaks a promise.
class Work {
 public:
  Work(fnstore::Store& store, std::string path, std::uint64_t seed, Timings& timings);

  void fill();          ///< as many calls of each function as stay, so that nothing has to grow
  void insert();        ///< one call, its steps, a log
  void insert_batch();  ///< some hundreds, now and then so many that they go straight into blocks
  void list();          ///< some pages of some filter
  void tail();          ///< a feed that must tell of a call of ours
  void run_queue();     ///< submits, cancels, claims and settles
  void be_worker();     ///< some of all that, from another process
  void keep();          ///< packs, compacts, backs up, verifies, opens the store once more
  void prune();         ///< by request, what the policy would have left for longer

  /// Ends what still waits in the queue.
  void drain_queue();

 private:
  fnstore::Call new_call(std::string_view fn_id, fnstore::Status status);
  void settle_all();
  void back_up();
  void rest(std::uint64_t most_ms);

  fnstore::Store& store_;
  const std::string path_;
  std::mt19937_64 random_;
  Timings& timings_;
  fnstore::ChangeFeed feed_;
  fnstore::Worker worker_;
};
