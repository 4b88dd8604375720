#pragma once

#include <array>
#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace fnstore::bench {

/// Function number, big-endian, and the 16 bytes of the id.
using OrderedKey = std::array<char, 20>;

/// Pairs to be written, in few allocations.
struct OrderedPairs {
  std::vector<OrderedKey> keys;
  std::string bytes;              ///< the values, one after the other
  std::vector<std::size_t> ends;  ///< of each value in bytes

  std::string_view key(std::size_t i) const { return {keys[i].data(), keys[i].size()}; }
  std::string_view value(std::size_t i) const {
    const std::size_t from = i == 0 ? 0 : ends[i - 1];
    return std::string_view(bytes).substr(from, ends[i] - from);
  }
};

/// One moment of a store, in the order of the keys' bytes. Views end with the next movement. For
/// one thread.
class OrderedReader {
 public:
  virtual ~OrderedReader() = default;
  /// To the greatest key below this; whether there is one.
  virtual bool seek_below(std::string_view key) = 0;
  virtual bool previous() = 0;
  /// To the least key that is not below this.
  virtual bool seek(std::string_view key) = 0;
  virtual bool next() = 0;
  virtual std::string_view key() const = 0;
  virtual std::string_view value() const = 0;
};

/// A key-value store with ordered keys. Any thread may call anything at any time. Throws Error.
class OrderedStore {
 public:
  virtual ~OrderedStore() = default;

  /// All or nothing, durably; `conflict` when a key is there already, or twice among these.
  virtual void insert_new(const OrderedPairs& pairs) = 0;
  /// Durably, in one commit.
  virtual void put(std::span<const std::pair<std::string, std::string>> pairs) = 0;
  virtual void remove(std::span<const std::string> keys) = 0;
  virtual std::unique_ptr<OrderedReader> read() const = 0;
  /// Brings what was written before to disk.
  virtual void flush() = 0;
  /// Brings the files to the form in which they rest, without what was removed if it can.
  virtual void compact() = 0;
};

}  // namespace fnstore::bench
