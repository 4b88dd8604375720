#pragma once

#include "fnstore/fnstore.h"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

/// The queue as one would explain it: a list of calls, and no more cleverness than that.
class Oracle {
 public:
  struct Entry {
    fnstore::Call call;
    fnstore::Runner runner = fnstore::Runner::function;
    bool in_queue = false;
    std::int64_t place = 0;
    std::int64_t due = 0;
    int attempt = 0;
    std::uint64_t holder = 0;
    std::optional<std::string> result;
  };

  /// The id of the call that is there for the submission; absent: refused, since the id exists.
  std::optional<std::string> submit(const fnstore::Submission& submission, std::int64_t now);
  bool hold(const fnstore::Worker& worker, const fnstore::Call& call, std::int64_t now);
  /// "id/attempt", in the order of handing out.
  std::vector<std::string> claim(const fnstore::Worker& worker, const fnstore::ClaimWish& wish,
                                 std::int64_t now);
  bool settle(const fnstore::Worker& worker, const std::string& id, int attempt,
              const fnstore::Settlement& settlement);
  bool renew(const fnstore::Worker& worker, std::int64_t now);
  void close(const fnstore::Worker& worker);
  bool step(const std::string& id, fnstore::Status to);
  std::optional<std::int64_t> sweep(std::int64_t now);
  bool remove(const std::string& id);

  std::vector<std::string> held(const fnstore::Worker& worker) const;
  const std::map<std::string, Entry>& entries() const { return entries_; }

 private:
  void release(std::uint64_t worker);
  void extend(const fnstore::Worker& worker, std::int64_t now);
  std::int64_t next_place() const;
  void run_time(std::int64_t now);

  std::map<std::string, Entry> entries_;  // by id; the walk never gives an id to two functions
  std::map<std::uint64_t, std::int64_t> leases_;
  std::map<std::pair<std::string, std::string>, std::string> keys_;
};
