#include "engines/engine_fnstore.h"

#include "fnstore/retention.h"
#include "fnstore/statistics.h"

#include <utility>

namespace fnstore::bench {
namespace {

class FnstoreEngine final : public Engine {
 public:
  explicit FnstoreEngine(Store store) : store_(std::move(store)) {}

  void insert(std::span<const Call> calls) override {
    if (calls.size() == 1) {
      store_.insert(calls.front());
    } else {
      store_.insert(calls);
    }
  }
  void flush() override { store_.flush(); }
  CallList list(const CallFilter& filter) const override { return store_.list(filter); }
  bool list_views(const CallFilter& filter, CallViewList& page) const override {
    store_.list_views(filter, page);
    return true;
  }
  void settle() override { store_.pack(); }
  Counts count() const override {
    const StoreInfo info = store_.info();
    return {info.calls, info.functions};
  }
  std::uint64_t prune(Timestamp before) override {
    PruneRequest request;
    request.before = before;
    return store_.prune(request).calls;
  }
  Summary summarize() const override {
    const CallSummary all = store_.statistics({}).all;
    return {all.calls(), all.count(Status::error), all.run.p50, all.run.p90, all.run.p99,
            all.run.max};
  }

 private:
  Store store_;
};

}  // namespace

std::unique_ptr<Engine> open_fnstore(const std::string& path, const EngineOptions& options) {
  StoreOptions store_options;
  store_options.durability = options.durability;
  store_options.background_packing = options.background_work;
  return std::make_unique<FnstoreEngine>(Store::open(path, store_options));
}

}  // namespace fnstore::bench
