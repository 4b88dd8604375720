#pragma once

#include "fnstore/call_filter.h"

#include <memory>
#include <vector>

namespace fnstore {

class Store;

/// Follows what is recorded, by any process, from the moment it is made. Nothing is held between
/// two questions: no lock, no transaction. The store must outlive the feed; used by one thread.
class ChangeFeed {
 public:
  explicit ChangeFeed(const Store& store);
  ChangeFeed(ChangeFeed&&) noexcept;
  ChangeFeed& operator=(ChangeFeed&&) noexcept;
  ~ChangeFeed();

  /// The calls that were recorded or have changed since it was asked last, in that order, as they
  /// are now and as far as `filter` selects them (cursor and per_page do not matter). A call that
  /// changed twice comes once. Calls that were inserted in bulk, straight into blocks, come as far
  /// as their ids are above all others of their function; deletions do not come. Throws `corrupt`
  /// or `io` when the store's file was exchanged: open the store anew then.
  std::vector<Call> next(const CallFilter& filter);

  struct Position;

 private:
  const Store* store_;
  std::unique_ptr<Position> position_;
};

}  // namespace fnstore
