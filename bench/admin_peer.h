#pragma once

#include "fnstore/call.h"

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace fnstore::bench {

/// What an operator asks of a history, answered by something that is not fnstore. Each answer is
/// held against fnstore's before any time counts. One thread at a time.
class AdminPeer {
 public:
  virtual ~AdminPeer() = default;

  virtual std::string name() const = 0;
  virtual void insert(std::span<const Call> calls) = 0;

  struct Summary {
    std::uint64_t calls = 0;
    std::uint64_t errors = 0;
    std::int64_t p50 = 0;  // of the run time, milliseconds
    std::int64_t p99 = 0;
  };
  /// Of a function, or with an empty id of all.
  virtual Summary summarize(const std::string& fn_id) = 0;

  struct Busy {
    std::string fn_id;
    std::uint64_t calls = 0;
  };
  /// The functions with the most calls, at most ten.
  virtual std::vector<Busy> top() = 0;

  /// The newest page of a function's calls in that state.
  virtual std::vector<std::string> page(const std::string& fn_id, Status status) = 0;

  /// Deletes what was created before. Returns how many calls.
  virtual std::uint64_t prune(Timestamp before) = 0;
};

/// Those this program was built with (-Dbench_peers=true); their files begin with `path`.
std::vector<std::unique_ptr<AdminPeer>> open_admin_peers(const std::string& path);

}  // namespace fnstore::bench
