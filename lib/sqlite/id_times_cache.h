#pragma once

#include "codec/id_times.h"

#include <boost/unordered/unordered_flat_map.hpp>
#include <cstddef>
#include <cstdint>
#include <list>
#include <memory>
#include <mutex>

namespace fnstore::sqlite {

/// Times in the ids of blocks that were read, in at most so many bytes; those not used for longest
/// go first. Known by body and checksum, as in BlockCache. Safe for any thread.
class IdTimesCache {
 public:
  using Times = std::shared_ptr<const codec::IdTimes>;

  /// 0 keeps nothing. Not while the cache is used.
  void set_limit(std::size_t bytes) { limit_ = bytes; }

  /// Null when they are not there.
  Times find(std::int64_t body_no, std::uint64_t checksum);
  void put(std::int64_t body_no, std::uint64_t checksum, Times times);

 private:
  struct Entry {
    std::int64_t body_no = 0;
    std::uint64_t checksum = 0;
    std::size_t bytes = 0;
    Times times;
  };
  using Entries = std::list<Entry>;

  void drop(Entries::iterator entry);

  std::size_t limit_ = 0;
  std::mutex mutex_;  // guards all below
  Entries entries_;   // the last used first
  boost::unordered_flat_map<std::int64_t, Entries::iterator> by_body_;
  std::size_t bytes_ = 0;
};

}  // namespace fnstore::sqlite
