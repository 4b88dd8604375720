#pragma once

#include "fnstore/store.h"

#include "record_reader.h"

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace fnstore::query {

/// Puts records into a store in batches. When a record is refused, all before it are in the store
/// and nothing after it.
class BatchImport {
 public:
  /// The store must outlive it.
  BatchImport(Store& store, OnConflict on_conflict) : store_(store), on_conflict_(on_conflict) {}

  /// Takes a record, and writes the batch when it is big enough. Throws LineError for a record
  /// that the store refuses, Error for what is the store's own fault.
  void add(InputRecord&& input);

  /// Writes what has been taken.
  void flush();

  /// What is in the store now.
  InsertCounts counts() const { return counts_; }

 private:
  void insert(std::span<const CallRecord> records, std::span<const std::uint64_t> lines);

  Store& store_;
  OnConflict on_conflict_;
  InsertCounts counts_;
  std::vector<CallRecord> records_;
  std::vector<std::uint64_t> lines_;
  std::size_t bytes_ = 0;
};

}  // namespace fnstore::query
