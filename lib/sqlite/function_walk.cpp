#include "sqlite/function_walk.h"

#include <algorithm>

namespace fnstore::sqlite {

FunctionWalk::FunctionWalk(CallsSource& source, const CallsSnapshot& snapshot,
                           const CallsFilter& filter, const StoredFunction& function, bool rising)
    : filter_(filter),
      function_(function),
      rising_(rising),
      rows_(snapshot.rows_of(function.fn_no)),
      packed_(source, filter, function.fn_no, rising) {
  const auto id_of = [](const RowPlace& row) { return row.id.view(); };
  auto first = rows_.begin();
  auto last = rows_.end();
  if (filter.low_id) {
    first = std::ranges::lower_bound(first, last, std::string_view(*filter.low_id), {}, id_of);
  }
  if (filter.high_id) {
    last = std::ranges::upper_bound(first, last, std::string_view(*filter.high_id), {}, id_of);
  }
  rows_ = {first, last};
}

void FunctionWalk::find_row() {
  row_ = nullptr;
  while (row_ == nullptr && !rows_.empty()) {
    const RowPlace& row = rising_ ? rows_.front() : rows_.back();
    rows_ = rising_ ? rows_.subspan(1) : rows_.first(rows_.size() - 1);
    if (filter_.has_status(row.status) && filter_.has_created(row.created)) row_ = &row;
  }
}

bool FunctionWalk::row_comes_first() {
  if (row_ == nullptr || !has_packed_) return row_ != nullptr;
  return rising_ ? row_->id < packed_.id() : row_->id > packed_.id();
}

bool FunctionWalk::next() {
  if (!begun_ || on_row_) find_row();
  if (!begun_ || !on_row_) has_packed_ = function_.has_blocks && packed_.next();
  begun_ = true;
  on_row_ = row_comes_first();
  return on_row_ || has_packed_;
}

}  // namespace fnstore::sqlite
