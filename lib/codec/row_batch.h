#pragma once

#include "fnstore/call_id.h"

#include "codec/bytes.h"
#include "codec/call_entry.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace fnstore::codec {

/// A finished call as a batch of rows holds it.
struct BatchedRow {
  std::uint32_t fn_no = 0;
  CallEntry call;
};

/// What neighbours in a batch are told apart by: each value is coded as its difference to the one
/// before. lib/FORMAT.md draws the bytes.
struct RowBatchNeighbour {
  CallIdParts id{};
  std::int64_t created = 0;
};

/// Codes finished calls of any functions, in any order, one after the other: some 15 bytes a call
/// with a generated id, and no work but the copying. For calls that were recorded together and wait
/// to be packed.
class RowBatchEncoder {
 public:
  /// `call` must be finished.
  void add(std::uint32_t fn_no, const CallEntry& call);

  std::size_t calls() const noexcept { return calls_; }
  std::size_t bytes() const noexcept { return rows_.size(); }

  /// The whole batch; the encoder is empty then. There must be a call.
  std::string finish();

 private:
  void add_id(const CallEntry& call, bool generated, const CallIdParts& parts);

  std::string rows_;
  std::size_t calls_ = 0;
  RowBatchNeighbour last_;
};

/// Reads what RowBatchEncoder wrote. Damage throws `corrupt`; the checksum is looked at first.
/// The bytes must outlive the reader.
class RowBatchReader {
 public:
  explicit RowBatchReader(std::string_view batch);

  /// How many calls the batch says it holds.
  std::size_t calls() const noexcept { return calls_; }

  /// The next call; false at the end.
  bool next(BatchedRow& row);

 private:
  void read_id(BatchedRow& row, bool generated);
  void read_times(CallEntry& call);

  ByteReader rows_;
  std::size_t calls_ = 0;
  std::size_t read_ = 0;
  RowBatchNeighbour last_;
};

}  // namespace fnstore::codec
