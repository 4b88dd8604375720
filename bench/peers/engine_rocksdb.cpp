#include "fnstore/error.h"

#include "peers/open_peers.h"
#include "peers/ordered_engine.h"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <mutex>
#include <numeric>
#include <rocksdb/cache.h>
#include <rocksdb/convenience.h>
#include <rocksdb/db.h>
#include <rocksdb/filter_policy.h>
#include <rocksdb/table.h>
#include <rocksdb/write_batch.h>

namespace fnstore::bench {
namespace {

constexpr std::size_t write_buffer_bytes = std::size_t{64} << 20;
constexpr std::size_t block_cache_bytes = std::size_t{64} << 20;
constexpr double bloom_bits_per_key = 10;
constexpr std::size_t lock_count = 64;

void check_rocksdb(const rocksdb::Status& status, const char* doing) {
  if (!status.ok()) {
    throw Error(Errc::io, fmt::format("RocksDB, {}: {}", doing, status.ToString()));
  }
}

rocksdb::Slice slice(std::string_view text) {
  return {text.data(), text.size()};
}

/// What its guides say for such data: bloom filters for the check of duplicates, light
/// compression above and zstd at the bottom.
rocksdb::Options tuned(bool background_work) {
  rocksdb::Options options;
  options.create_if_missing = true;
  options.write_buffer_size = write_buffer_bytes;
  options.max_background_jobs = 2;
  options.compression = rocksdb::kLZ4Compression;
  options.bottommost_compression = rocksdb::kZSTD;
  options.level_compaction_dynamic_level_bytes = true;
  options.disable_auto_compactions = !background_work;
  rocksdb::BlockBasedTableOptions table;
  table.filter_policy.reset(rocksdb::NewBloomFilterPolicy(bloom_bits_per_key));
  table.block_cache = rocksdb::NewLRUCache(block_cache_bytes);
  table.cache_index_and_filter_blocks = false;
  options.table_factory.reset(rocksdb::NewBlockBasedTableFactory(table));
  return options;
}

class RocksReader final : public OrderedReader {
 public:
  explicit RocksReader(std::unique_ptr<rocksdb::Iterator> at) : at_(std::move(at)) {}

  bool seek_below(std::string_view key) override {
    at_->SeekForPrev(slice(key));
    if (at_->Valid() && at_->key() == slice(key)) at_->Prev();
    return is_valid();
  }
  bool previous() override {
    at_->Prev();
    return is_valid();
  }
  bool seek(std::string_view key) override {
    at_->Seek(slice(key));
    return is_valid();
  }
  bool next() override {
    at_->Next();
    return is_valid();
  }
  std::string_view key() const override { return at_->key().ToStringView(); }
  std::string_view value() const override { return at_->value().ToStringView(); }

 private:
  bool is_valid() const {
    check_rocksdb(at_->status(), "reading");
    return at_->Valid();
  }

  std::unique_ptr<rocksdb::Iterator> at_;
};

class RocksStore final : public OrderedStore {
 public:
  RocksStore(const std::string& path, const EngineOptions& options) {
    rocksdb::DB* opened = nullptr;
    check_rocksdb(rocksdb::DB::Open(tuned(options.background_work), path, &opened), "opening");
    database_.reset(opened);
    durable_.sync = options.durability == Durability::power_safe;
  }

  void insert_new(const OrderedPairs& pairs) override {
    const auto locks = lock(pairs);
    refuse_known(pairs);
    rocksdb::WriteBatch batch;
    for (std::size_t i = 0; i < pairs.keys.size(); ++i) {
      check_rocksdb(batch.Put(slice(pairs.key(i)), slice(pairs.value(i))), "filling a batch");
    }
    check_rocksdb(database_->Write(durable_, &batch), "writing");
  }

  void put(std::span<const std::pair<std::string, std::string>> pairs) override {
    rocksdb::WriteBatch batch;
    for (const auto& [key, value] : pairs) check_rocksdb(batch.Put(key, value), "filling a batch");
    check_rocksdb(database_->Write(durable_, &batch), "writing");
  }

  void remove(std::span<const std::string> keys) override {
    rocksdb::WriteBatch batch;
    for (const std::string& key : keys) check_rocksdb(batch.Delete(key), "filling a batch");
    check_rocksdb(database_->Write(durable_, &batch), "removing");
  }

  std::unique_ptr<OrderedReader> read() const override {
    return std::make_unique<RocksReader>(
        std::unique_ptr<rocksdb::Iterator>(database_->NewIterator(rocksdb::ReadOptions())));
  }

  void flush() override { check_rocksdb(database_->SyncWAL(), "syncing"); }

  void compact() override {
    check_rocksdb(database_->Flush(rocksdb::FlushOptions()), "flushing");
    rocksdb::CompactRangeOptions all;
    all.bottommost_level_compaction = rocksdb::BottommostLevelCompaction::kForceOptimized;
    check_rocksdb(database_->CompactRange(all, nullptr, nullptr), "compacting");
  }

 private:
  /// Between the check and the write nobody else may insert the same key.
  std::vector<std::unique_lock<std::mutex>> lock(const OrderedPairs& pairs) {
    std::vector<std::unique_lock<std::mutex>> locks;
    if (pairs.keys.size() == 1) {
      locks.emplace_back(mutexes_[std::hash<std::string_view>{}(pairs.key(0)) % lock_count]);
      return locks;
    }
    for (std::mutex& mutex : mutexes_) locks.emplace_back(mutex);
    return locks;
  }

  void refuse_known(const OrderedPairs& pairs) const {
    std::vector<rocksdb::Slice> keys;
    for (std::size_t i = 0; i < pairs.keys.size(); ++i) keys.push_back(slice(pairs.key(i)));
    const auto is_less = [](const rocksdb::Slice& a, const rocksdb::Slice& b) {
      return a.compare(b) < 0;
    };
    std::ranges::sort(keys, is_less);
    bool known = std::ranges::adjacent_find(keys) != keys.end();
    std::vector<rocksdb::PinnableSlice> values(keys.size());
    std::vector<rocksdb::Status> found(keys.size());
    database_->MultiGet(rocksdb::ReadOptions(), database_->DefaultColumnFamily(), keys.size(),
                        keys.data(), values.data(), found.data(), true);
    for (const rocksdb::Status& status : found) {
      if (!status.IsNotFound()) check_rocksdb(status, "looking for duplicates");
      known = known || status.ok();
    }
    if (known) throw Error(Errc::conflict, "a call with this id is there already");
  }

  std::unique_ptr<rocksdb::DB> database_;
  rocksdb::WriteOptions durable_;
  std::array<std::mutex, lock_count> mutexes_;
};

}  // namespace

std::unique_ptr<Engine> open_rocksdb(const std::string& path, const EngineOptions& options) {
  return std::make_unique<OrderedEngine>(std::make_unique<RocksStore>(path, options));
}

}  // namespace fnstore::bench
