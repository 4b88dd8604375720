#pragma once

#include "sqlite/calls_filter.h"
#include "sqlite/calls_source.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace fnstore::sqlite {

/// Walks the packed calls of one function that a filter may want, in order of id. Groups and
/// blocks that cannot match are passed over unread. Holds no statement open between steps.
class PackedWalk {
 public:
  /// `source` and `filter` must outlive the walk.
  PackedWalk(CallsSource& source, const CallsFilter& filter, std::uint32_t fn_no, bool rising);

  /// Moves to the next call; false at the end.
  bool next();

  // The call it stands on. Only after next() returned true.
  codec::IdText id() { return reader_->id(position_); }
  codec::BlockReader& reader() { return *reader_; }
  const StoredBlock& block() const { return block_; }
  std::size_t position() const { return position_; }

 private:
  /// Neighbouring blocks: those with from <= min_id < below.
  struct Stride {
    std::string from;
    std::optional<std::string> below;
  };

  void plan_strides();
  void clip(Stride& stride, const std::string& first_block) const;
  bool next_block();
  void enter(StoredBlock&& block);

  CallsSource& source_;
  const CallsFilter& filter_;
  std::uint32_t fn_no_;
  bool rising_;
  std::vector<Stride> strides_;  // in the order of the walk
  std::size_t stride_ = 0;       // the one being walked
  StoredBlock block_;
  std::optional<codec::BlockReader> reader_;
  std::size_t begin_ = 0;  // calls of the block in [begin, end) are still to come
  std::size_t end_ = 0;
  std::size_t position_ = 0;
};

}  // namespace fnstore::sqlite
