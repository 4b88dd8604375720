#include "fnstore/change_feed.h"

#include "fnstore/store.h"

#include "model/change_position.h"
#include "store/implementation.h"

namespace fnstore {

ChangeFeed::ChangeFeed(const Store& store)
    : store_(&store), position_(std::make_unique<Position>()) {
  next({});
}

ChangeFeed::ChangeFeed(ChangeFeed&&) noexcept = default;
ChangeFeed& ChangeFeed::operator=(ChangeFeed&&) noexcept = default;
ChangeFeed::~ChangeFeed() = default;

std::vector<Call> ChangeFeed::next(const CallFilter& filter) {
  store::check_filter(filter);
  return store_->implementation_->settled().changes(*position_, filter);
}

}  // namespace fnstore
