#pragma once

#include "codec/call_entry.h"
#include "sqlite/block_merge.h"

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <exception>
#include <thread>
#include <vector>

namespace fnstore::sqlite {

/// Calls of one function that go straight into blocks. They must stay where they are.
struct PackedInsert {
  /// `finished` rise by id. Reads the blocks that will change.
  PackedInsert(Connection& connection, std::uint32_t of_function,
               std::vector<codec::CallEntry*> finished);
  PackedInsert(const PackedInsert&) = delete;
  PackedInsert& operator=(const PackedInsert&) = delete;

  std::uint32_t fn_no;
  std::vector<codec::CallEntry*> calls;
  MergePlan plan;
  BlockChange change;  // what the plan has become
  std::exception_ptr failure;
};

/// Encodes the blocks of such inserts on a thread of its own, while whoever made it goes on with
/// something else, and with its help once that is done. Where there is one core, or no thread to be
/// had, it all happens in finish().
class EncodingRound {
 public:
  /// Begins.
  explicit EncodingRound(std::deque<PackedInsert> inserts);
  /// Begins no further plan, and waits for the one that is being encoded.
  ~EncodingRound();
  EncodingRound(const EncodingRound&) = delete;
  EncodingRound& operator=(const EncodingRound&) = delete;

  /// All of them, each with its change. Throws what encode() has thrown. Once.
  std::deque<PackedInsert>& finish();

 private:
  void encode() noexcept;

  std::deque<PackedInsert> inserts_;
  std::atomic<std::size_t> next_{0};
  std::thread thread_;
};

}  // namespace fnstore::sqlite
