#pragma once

#include "fnstore/call.h"
#include "fnstore/error.h"
#include "fnstore/store.h"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace fnstore {

/// Who takes calls from a queue. Its lease begins with the first call it takes, covers all that it
/// holds, is as long as `lease` again with each that it takes, and is over when it has run out.
struct Worker {
  std::uint64_t number = 0;  ///< drawn at random, so that no two ever share one
  std::chrono::milliseconds lease{10'000};
};

/// Who can run a queued call. Stored: never change a number.
enum class Runner : std::uint8_t {
  function = 0,  ///< only a worker that has the function bound
  command = 1,   ///< any worker that runs commands: the call itself says which
};

/// The annotation, a JSON array of texts, in which a call names the command that runs it.
inline constexpr std::string_view argv_annotation = "fnstore.argv";
/// The same with the environment the command gets; see Command.
inline constexpr std::string_view environment_annotation = "fnstore.environment";
/// The annotation, a JSON text, in which a retry names the call it repeats.
inline constexpr std::string_view retry_annotation = "fnstore.retry_of";

/// An async call to be run by some worker.
struct Submission {
  Call call{};  ///< `queued`; or `delayed`: due `delay` seconds after created_at
  Runner runner = Runner::function;
  /// Not empty: a second submission to the function with the same key records nothing, as long as
  /// the first call exists. 1 to 256 bytes, as an id.
  std::string idempotency_key{};
};

/// How many calls of one function a worker can take.
struct FunctionRoom {
  std::string fn_id{};
  std::size_t calls = 0;
};

/// What a worker asks for. It gets at most `most` calls in all.
struct ClaimWish {
  std::vector<FunctionRoom> functions{};
  std::size_t commands = 0;
  std::size_t most = 0;
};

/// A call handed to a worker: recorded as `running` when it is returned.
struct Claim {
  Call call{};
  int attempt = 0;  ///< from 1; with the worker it names this claim among all of the call
  Runner runner = Runner::function;  ///< as it was submitted
};

/// How an attempt went.
struct Settlement {
  Transition step{};                      ///< to an end; or to `queued`: handed back
  std::optional<Timestamp> started_at{};  ///< when it really began; absent: when it was claimed
  std::optional<std::string> log{};       ///< becomes the call's log
  std::optional<std::string> result{};    ///< what the function returned
};

/// The end of a held call's attempt, one of many settled at once.
struct HeldEnd {
  CallKey key;  ///< views that live until the answer
  int attempt = 0;
  Settlement settlement{};
  std::optional<Call> call{};      ///< out: as it is then
  std::optional<Error> refusal{};  ///< out: as settle() would throw it; nothing was changed
};

/// What a worker is handed, and when to look again though nothing may have come.
struct Handout {
  std::vector<Claim> claims{};
  std::optional<Timestamp> next{};  ///< a delayed call is due, or a lease runs out
};

/// Waits for news of the queue: work that came, a claim that was taken away. One thread waits; any
/// thread may wake it.
class QueueWatch {
 public:
  virtual ~QueueWatch() = default;
  /// Returns after news from this process or another, wake(), or the time. May return early. False
  /// when surely no news came.
  virtual bool wait(std::chrono::milliseconds most) = 0;
  virtual void wake() noexcept = 0;
};

/// The durable queue of a store: what executors are made of. A call's place is decided when it is
/// queued: highest priority first, then in the order in which they were queued. A worker holds
/// calls for as long as its lease is renewed. When it runs out, its async calls are handed out
/// again in their old places, and what else it ran ends with the error "lost". Leases are wall
/// clock times of the store's clock. Every method is durable as the store is (`buffered` ones wait
/// until written), may throw Error, and may be called from any thread. The store must outlive it.
class Queue {
 public:
  explicit Queue(Store& store) : store_(&store) {}

  /// Records an async call and queues it. Returns its id, or that of the call that was submitted
  /// before with the same key. `conflict` when (fn_id, id) exists.
  std::string submit(const Submission& submission);

  /// A worker of its own; nothing is recorded yet. The lease lies between 10 ms and 24 h.
  static Worker new_worker(std::chrono::milliseconds lease);
  /// The lease lasts from now again. `conflict` when it has run out and been noticed, or the worker
  /// holds nothing.
  void renew(const Worker& worker);
  /// Ends the lease now. Does nothing when the worker holds nothing.
  void close(const Worker& worker);

  /// Takes the first calls of the queue that the worker can run; none when there are none now.
  std::vector<Claim> claim(const Worker& worker, const ClaimWish& wish);

  /// settle() for each of `ends`, then claim(), in one transaction.
  Handout advance(const Worker& worker, std::span<HeldEnd> ends, const ClaimWish& wish);

  /// Records a call that the worker runs itself, never to be handed to another: `running`, or
  /// `queued` while it waits for a free slot. Its attempt is 1.
  void hold(const Worker& worker, const Call& call);

  /// Moves a held call on. `conflict` when the worker does not hold it with this attempt any
  /// more: it was cancelled, or handed to another after the lease had run out; nothing is changed.
  Call settle(const Worker& worker, const CallKey& key, int attempt, const Settlement& settlement);

  /// Ends a waiting or running call with the error "client_request"; its worker is told.
  /// `not_found`; `conflict` when it has ended already.
  Call cancel(const CallKey& key, std::string_view reason = {});

  /// Submits a new async call with the request of one that has ended, and returns its id. The new
  /// call names the old one in the annotation "fnstore.retry_of". `not_found`; `conflict` while the
  /// old one has not ended.
  std::string retry(const CallKey& key);

  /// Queues delayed calls that are due, and takes back what lost workers held; claim() does it as
  /// well. Returns when there will be more of that to do; nothing: not by time alone.
  std::optional<Timestamp> sweep();

  /// The calls a worker holds; none when its lease is over.
  struct HeldCall {
    std::string fn_id{};
    std::string id{};
    int attempt = 0;
  };
  std::vector<HeldCall> held(const Worker& worker) const;

  /// What the function returned; nothing when the call does not exist, has not ended or returned
  /// nothing.
  std::optional<std::string> find_result(const CallKey& key) const;

  /// For one thread that waits. It must not outlive the store.
  std::unique_ptr<QueueWatch> watch() const;

 private:
  Store* store_;
};

}  // namespace fnstore
