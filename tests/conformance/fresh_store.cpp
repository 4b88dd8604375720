#include "fresh_store.h"

#include <cstdlib>
#include <stdexcept>

using namespace fnstore;

namespace {

constexpr const char* words[] = {"recent", "packed", "mixed", "reopened"};

std::filesystem::path new_folder() {
  std::string name = (std::filesystem::temp_directory_path() / "fnstore-case-XXXXXX").string();
  if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("no folder " + name);
  return name;
}

}  // namespace

FreshStore::FreshStore(Situation situation)
    : situation_(situation),
      told_(Catch::MessageBuilder("INFO", CATCH_INTERNAL_LINEINFO, Catch::ResultWas::Info)
            << "the calls are " << words[static_cast<int>(situation)]),
      folder_(new_folder()) {
  open();
}

FreshStore::~FreshStore() {
  check_whole();
  store_.reset();
  std::error_code ignored;
  std::filesystem::remove_all(folder_, ignored);
}

/// Whatever a case did, the file that it leaves is sound.
void FreshStore::check_whole() {
  if (!store_) return;
  const Verification found = Safekeeping(*store_).verify();
  for (const Problem& problem : found.problems) {
    FAIL_CHECK("the store is not sound: " << problem.where << ": " << problem.what);
  }
}

void FreshStore::open() {
  StoreOptions options;
  options.durability = Durability::crash_safe;
  options.background_packing = false;
  options.clock = &clock_;
  store_.reset();
  store_.emplace(Store::open((folder_ / "history.db").string(), options));
}

/// Of `mixed` calls, those of the writes 1, 2, 4, 8, ... and all before are packed.
void FreshStore::settle() {
  ++writes_;
  const bool mixing = situation_ == Situation::mixed || situation_ == Situation::reopened;
  if (situation_ == Situation::packed || (mixing && (writes_ & (writes_ - 1)) == 0)) {
    store_->pack();
  }
  if (situation_ == Situation::reopened) open();
}

void FreshStore::seed(const std::vector<Call>& calls) {
  constexpr std::size_t request = 100;
  const std::span all(calls);
  const bool mixing = situation_ == Situation::mixed || situation_ == Situation::reopened;
  for (std::size_t part = 0; part < (mixing ? 2 : 1); ++part) {
    std::vector<Call> some;
    for (std::size_t i = part; i < all.size(); i += mixing ? 2 : 1) {
      some.push_back(all[i]);
      if (some.size() < request) continue;
      store_->insert(some);
      some.clear();
    }
    store_->insert(some);
    if (part == 0 && situation_ != Situation::recent) store_->pack();
  }
  if (situation_ == Situation::reopened) open();
}

void FreshStore::insert(const Call& call) {
  const Settled after{*this};
  store_->insert(call);
}

void FreshStore::insert(const std::vector<Call>& calls) {
  const Settled after{*this};
  store_->insert(calls);
}

InsertCounts FreshStore::insert(const std::vector<CallRecord>& records, OnConflict on_conflict) {
  const Settled after{*this};
  return store_->insert(records, on_conflict);
}

Call FreshStore::transition(const CallKey& key, const Transition& step) {
  const Settled after{*this};
  return store_->transition(key, step);
}

void FreshStore::put_log(const CallKey& key, std::string_view bytes) {
  const Settled after{*this};
  store_->put_log(key, bytes);
}

void FreshStore::remove(const CallKey& key) {
  const Settled after{*this};
  store_->remove(key);
}

FreshStore fresh_store() {
  return FreshStore(
      GENERATE(Situation::recent, Situation::packed, Situation::mixed, Situation::reopened));
}
