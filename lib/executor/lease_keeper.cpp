#include "executor/lease_keeper.h"

#include "fnstore/error.h"

#include "model/background_thread.h"

#include <utility>

namespace fnstore::executor {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

LeaseKeeper::LeaseKeeper(Queue& queue, const Worker& worker, std::function<void()> taken)
    : queue_(queue), worker_(worker), taken_(std::move(taken)), watch_(queue.watch()) {
  thread_ = background_thread("fnstore-lease", [this] { run(); });
}

LeaseKeeper::~LeaseKeeper() {
  ends_ = true;
  watch_->wake();
  thread_.join();
}

bool LeaseKeeper::is_taken(bool renew) {
  try {
    if (renew) queue_.renew(worker_);
    return queue_.held(worker_).empty();
  } catch (const Error& error) {
    return error.code() == Errc::conflict;
  }
}

void LeaseKeeper::run() {
  const milliseconds period = worker_.lease / 3;
  auto renew_at = steady_clock::now() + period;
  while (!ends_) {
    const auto left = std::chrono::ceil<milliseconds>(renew_at - steady_clock::now());
    const bool news = watch_->wait(left);
    if (ends_) return;
    const bool renew = steady_clock::now() >= renew_at;
    if (renew) renew_at = steady_clock::now() + period;
    if ((news || renew) && is_taken(renew)) {
      taken_();
      return;
    }
  }
}

}  // namespace fnstore::executor
