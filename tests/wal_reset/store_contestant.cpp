#include "store_contestant.h"

#include "fnstore/fnstore.h"

#include <chrono>
#include <fmt/format.h>
#include <random>

using namespace fnstore;

namespace {

constexpr std::size_t payload_bytes = 9'000;
constexpr std::uint32_t calls_of_large = 400;

StoreOptions options() {
  StoreOptions chosen;
  chosen.background_packing = false;
  chosen.busy_timeout = std::chrono::seconds(60);  // a process may be halted for long
  return chosen;
}

std::string id_of(std::uint32_t number) {
  return fmt::format("row-{:08}", number);
}

class StoreContestant final : public Contestant {
 public:
  StoreContestant(const std::string& path, std::string name)
      : store_(Store::open(path, options())), name_(std::move(name)) {}

  void commit() override { commit_calls(1); }
  void commit_large() override { commit_calls(calls_of_large); }
  void checkpoint() override { store_.pack(); }

 private:
  void commit_calls(std::uint32_t count) {
    std::vector<Call> calls;
    for (std::uint32_t n = written_; n < written_ + count; ++n) {
      Call& call = calls.emplace_back();
      call.id = id_of(n);
      call.fn_id = name_;
      call.status = Status::success;
      call.created_at = system_clock().now();
      call.payload.resize(payload_bytes);
      for (char& byte : call.payload) byte = static_cast<char>(random_() & 0xff);
    }
    store_.insert(calls);
    written_ += count;
  }

  Store store_;
  std::string name_;
  std::minstd_rand random_{7};
};

}  // namespace

void create_store_file(const std::string& path) {
  Store::open(path, options());
}

std::unique_ptr<Contestant> open_store_contestant(const std::string& path,
                                                  const std::string& name) {
  return std::make_unique<StoreContestant>(path, name);
}

std::string find_store_damage(const std::string& path, const std::string& name,
                              std::uint32_t written) {
  try {
    const Verification found = Safekeeping::verify_file(path);
    if (!found.ok()) return found.problems.front().where + ": " + found.problems.front().what;
    const Store store = Store::open(path, options());
    for (std::uint32_t n = 0; n < written; ++n) {
      const auto call = store.find({name, id_of(n)});
      if (!call) return fmt::format("{} {} was acknowledged and is lost", name, id_of(n));
      if (call->payload.size() != payload_bytes) return "a payload is not the one that was written";
    }
    return {};
  } catch (const std::exception& failure) {
    return failure.what();
  }
}
