#pragma once

#include "model/engine.h"

#include <array>
#include <atomic>
#include <boost/container/small_vector.hpp>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <exception>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <thread>
#include <vector>

namespace fnstore::store {

/// A write that outlives its caller: it owns what the request only views.
struct OwnedWrite {
  std::vector<CallRecord> records;
  std::string fn_id;
  std::string id;
  std::string bytes;
  WriteRequest request;
};

/// Turns the writes of many threads into few transactions. Without a buffer, the first waiting
/// caller writes for all that wait (as LevelDB's writers do); with one, a thread writes whatever
/// has come, and only flush() and writes with an answer wait for it. Safe for any thread.
class GroupCommit {
 public:
  GroupCommit(Engine& engine, bool buffered);
  ~GroupCommit();  ///< writes what is buffered
  GroupCommit(const GroupCommit&) = delete;
  GroupCommit& operator=(const GroupCommit&) = delete;

  bool buffered() const { return buffered_; }

  /// Returns when the request is written; throws its refusal or the failure of its transaction.
  void write(WriteRequest& request);

  /// Only with a buffer: returns at once, unless the buffer is full. A refusal or failure is kept
  /// for flush().
  void write_later(std::unique_ptr<OwnedWrite> write);

  /// Returns when everything handed over before is written.
  void settle();

  /// settle(), then throws the first error kept since the last flush.
  void flush();

 private:
  struct Entry {
    WriteRequest* request = nullptr;
    std::unique_ptr<OwnedWrite> owned;  // null: a caller waits for it
    bool again = false;                 // it came too late for a group before
    std::exception_ptr failure;         // of the caller's own
  };

  /// Writes that make one transaction. The last one of the queue takes up what comes; without a
  /// buffer, the one at its front does so while its first writes are being carried out. Some need
  /// no memory of their own, so that writing goes on when there is little.
  struct Group {
    boost::container::small_vector<Entry, 8> entries;
    std::size_t calls = 0;
    std::size_t taken = 0;                 // entries that the engine has got
    std::size_t tried = 0;                 // the transaction fails for so many, if it does
    std::array<WriteRequest*, 16> some{};  // of these, the last
    std::chrono::steady_clock::time_point begun;
    /// The caller of the first entry sleeps on `leads` until it is to write the group, all others
    /// sleep on `done`, none under the mutex: one call of the system wakes them, and none has to
    /// wait for another.
    std::atomic<int> leads{0};  // an int, which the system can wait on in place
    std::atomic<int> done{0};
  };

  bool write_in_group(WriteRequest& request, bool again);
  Group& add(std::unique_ptr<OwnedWrite> owned, WriteRequest& request, bool again = false);
  void wait_for_company(const Group& group, std::unique_lock<std::mutex>& guard) const;
  std::span<WriteRequest* const> take_some(Group& group) noexcept;
  void close(const Group& group) noexcept;
  void lead(std::unique_lock<std::mutex>& guard) noexcept;
  void keep(const std::exception_ptr& failure) noexcept;
  void finish(Group& group, const std::exception_ptr& failure) noexcept;
  void run_thread();
  static std::size_t weight(const WriteRequest& request);

  Engine& engine_;
  const bool buffered_;
  const Error out_of_memory_;
  std::mutex mutex_;
  std::deque<std::shared_ptr<Group>> queue_;
  std::size_t queued_calls_ = 0;
  bool writing_ = false;  // somebody writes, or has been told to
  bool stopping_ = false;
  std::size_t expected_ = 0;  // callers that wrote side by side the last time
  std::chrono::steady_clock::duration last_took_{};
  std::optional<Error> kept_error_;
  std::condition_variable work_;  // the thread: something came
  std::condition_variable room_;  // producers and settle(): something was written
  std::thread thread_;
};

}  // namespace fnstore::store
