#include "engines/engine_fnstore.h"

#include <utility>

namespace fnstore::bench {
namespace {

class FnstoreEngine final : public Engine {
 public:
  explicit FnstoreEngine(Store store) : store_(std::move(store)) {}

  void insert(std::span<const Call> calls) override { store_.insert(calls); }
  void flush() override { store_.flush(); }
  CallList list(const CallFilter& filter) const override { return store_.list(filter); }
  void settle() override { store_.pack(); }
  Counts count() const override {
    const StoreInfo info = store_.info();
    return {info.calls, info.functions};
  }

 private:
  Store store_;
};

}  // namespace

std::unique_ptr<Engine> open_fnstore(const std::string& path, Durability durability) {
  StoreOptions options;
  options.durability = durability;
  return std::make_unique<FnstoreEngine>(Store::open(path, options));
}

}  // namespace fnstore::bench
