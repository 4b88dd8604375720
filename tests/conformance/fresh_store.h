#pragma once

#include "fnstore/fnstore.h"

#include "printing.h"

#include <atomic>
#include <catch2/catch.hpp>
#include <cstddef>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

/// Where the calls of a case lie when they are looked at. An engine with a single tier treats
/// `recent`, `packed` and `mixed` alike.
enum class Situation {
  recent,    ///< nothing is ever packed
  packed,    ///< whatever can be packed is, after each write
  mixed,     ///< some calls are packed, others are not
  reopened,  ///< mixed, and the store is closed and opened again after each write
};

/// A clock that stands still until it is set.
class SetClock final : public fnstore::Clock {
 public:
  fnstore::Timestamp now() const override {
    return fnstore::Timestamp(std::chrono::milliseconds(now_.load()));
  }
  void set(fnstore::Timestamp now) { now_ = now.time_since_epoch().count(); }

 private:
  std::atomic<std::int64_t> now_{1'554'422'400'000};
};

/// An empty store of its own for one case. Its writes are those of Store; after each, refused or
/// not, the situation is restored. Used by one thread.
class FreshStore {
 public:
  explicit FreshStore(Situation situation);
  ~FreshStore();
  FreshStore(const FreshStore&) = delete;
  FreshStore& operator=(const FreshStore&) = delete;

  /// For reading. A write invalidates the reference, since it may open the store again.
  const fnstore::Store& operator*() const { return *store_; }
  const fnstore::Store* operator->() const { return &*store_; }

  /// Inserts the calls spread over what the situation has; in requests too small to be packed at
  /// once.
  void seed(const std::vector<fnstore::Call>& calls);

  void insert(const fnstore::Call& call);
  void insert(const std::vector<fnstore::Call>& calls);
  fnstore::InsertCounts insert(const std::vector<fnstore::CallRecord>& records,
                               fnstore::OnConflict on_conflict);
  fnstore::Call transition(const fnstore::CallKey& key, const fnstore::Transition& step);
  void put_log(const fnstore::CallKey& key, std::string_view bytes);
  void remove(const fnstore::CallKey& key);

  /// Does something with the queue, as one write.
  template <typename Act>
  auto queue(Act act) {
    const Settled settled{*this};
    fnstore::Queue of_store(*store_);
    return act(of_store);
  }

  /// Does something with the store, as one write.
  template <typename Act>
  auto write(Act act) {
    const Settled settled{*this};
    return act(*store_);
  }

  SetClock& clock() { return clock_; }

 private:
  /// Restores the situation at the end of a write, however that ends.
  struct Settled {
    FreshStore& history;
    ~Settled() noexcept(false) { history.settle(); }
  };

  void open();
  void settle();
  void check_whole();

  Situation situation_;
  Catch::ScopedMessage told_;  // which situation a failed assertion was in
  std::filesystem::path folder_;
  SetClock clock_;
  std::optional<fnstore::Store> store_;
  std::size_t writes_ = 0;
};

/// The store of the running case, which runs once for every situation. To be called once, before
/// any SECTION. This file alone decides what is opened.
FreshStore fresh_store();
