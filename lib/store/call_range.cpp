#include "fnstore/store.h"

#include <utility>

namespace fnstore {

void CallRange::fetch() {
  page_ = store_->list(filter_);
  position_ = 0;
  filter_.cursor = page_.next_cursor;
}

CallRange::Iterator CallRange::begin() {
  fetch();
  return Iterator(this);
}

void CallRange::advance() {
  ++position_;
  if (position_ < page_.items.size() || page_.next_cursor.empty()) return;
  fetch();
}

}  // namespace fnstore
