#pragma once

#include "fnstore/fnstore.h"

#include "disk.h"
#include "ledger.h"
#include "operation.h"
#include "plan.h"
#include "queue_ledger.h"
#include "random.h"
#include "simulated_clock.h"

#include <functional>
#include <optional>
#include <string>
#include <vector>

/// What all threads of one life share.
struct Stage {
  fnstore::Store& store;
  QueueLedger& queue;
  SimulatedClock& clock;
  const Disk& disk;
  const Life& life;
  Control control = Control::none;
  std::string folder;
  std::string tag;  // of the life: part of every id
};

/// One thread of a life: does what its script says with calls of its own and with the queue, and
/// compares what it is told with what it knows. Throws std::runtime_error where they differ.
class Actor {
 public:
  Actor(Stage stage, Ledger& ledger, std::size_t number);

  void run(const Script& script);

  /// The copy it made last, when it was told that it is on the disk.
  const std::optional<std::string>& backup() const { return backup_; }

 private:
  void operate(const Operation& operation);
  void operate_on_queue(Kind kind, Random& random);

  // actor_writes.cpp
  void insert(std::size_t size, bool finished, Random& random);
  void replace(Random& random);
  void transition(Random& random);
  void put_log(Random& random);
  void remove(Random& random);
  void prune(Random& random);
  void flush();

  // actor_reads.cpp
  void find(Random& random);
  void list(Random& random);
  void statistics();
  void back_up();

  // actor_queue.cpp
  void submit(Random& random);
  std::vector<fnstore::Claim> claim(Random& random);
  void settle(const QueueLedger::Held& held, Random& random);
  void settle_late(Random& random);
  void cancel(Random& random);

  /// What a write ends with. Throws for an error that nothing explains.
  Ending ending_of(const std::function<void()>& write);
  bool buffers() const { return stage_.life.durability == fnstore::Durability::buffered; }
  /// True when it ended without an error, and what it saw may be compared.
  bool reads(const std::function<void()>& read);
  void check_explained(const fnstore::Error& error) const;
  void note(Ledger::Changes changes, Ending ending);
  std::string function(Random& random) const;
  fnstore::CallRecord new_record(const std::string& fn_id, bool finished, Random& random);
  std::optional<Key> pick(Random& random, const std::function<bool(const KeptCall&)>& fits) const;

  Stage stage_;
  Ledger& ledger_;
  std::size_t number_;
  std::size_t made_ = 0;
  bool lost_track_ = false;  // an outcome is in doubt: what it knows is no measure any more
  std::optional<std::string> backup_;
};

/// The functions of a thread begin with this.
std::string prefix_of(std::size_t number);

/// Where a thread puts its copies.
std::string backup_path(const std::string& folder, std::size_t number);

bool is_finished(const fnstore::Call& call);
