#pragma once

#include "fnstore/fnstore.h"

#include "ledger.h"

#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

inline constexpr const char* queue_function = "queue";

/// What all threads know of the calls in the queue: who got which, how they ended, and what can
/// therefore not be. Safe for any thread.
class QueueLedger {
 public:
  struct Held {
    fnstore::Worker worker{};
    std::string id;
    int attempt = 0;
  };

  /// Before the first request of a life, with the calls as they are then. `fresh`: a power cut may
  /// have taken claims back, so that attempts count again.
  void begin(const Contents& contents, bool fresh);

  void submitted(const std::string& id, Ending ending);
  /// Throws std::runtime_error for a call that cannot have been handed out like this.
  void claimed(const fnstore::Worker& worker, const std::vector<fnstore::Claim>& claims);
  void claim_in_doubt();
  /// Throws for an end that the queue should have refused.
  void settled(const Held& held, fnstore::Status status, Ending ending);
  void cancelled(const std::string& id, Ending ending);

  /// A call that is held, as far as is known; nothing when there is none.
  std::optional<Held> pick(std::uint64_t random) const;
  /// The newest claim of a call.
  Held newest(const std::string& id) const;
  std::vector<std::string> ids() const;

  /// Why what was found cannot be; empty when it can.
  std::string compare(const Contents& found, bool all) const;

 private:
  struct Entry {
    bool acknowledged = false;
    bool ran_before = false;                     // in an earlier life
    std::optional<fnstore::Status> end;          // acknowledged
    std::vector<fnstore::Status> possible_ends;  // in doubt
    std::map<int, fnstore::Worker> attempts;
    int settled_attempt = 0;
  };

  mutable std::mutex mutex_;
  std::map<std::string, Entry> entries_;
  std::vector<Held> held_;
  bool claims_in_doubt_ = false;
};
