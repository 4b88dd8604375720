#include "fnstore/error.h"

#include "peers/open_peers.h"
#include "peers/ordered_engine.h"

#include <fmt/format.h>
#include <lmdb.h>
#include <utility>

namespace fnstore::bench {
namespace {

constexpr std::size_t map_bytes = std::size_t{256} << 30;  // address space; the file is as it needs

void check_lmdb(int result, const char* doing) {
  if (result == MDB_SUCCESS) return;
  const Errc code = result == MDB_KEYEXIST ? Errc::conflict : Errc::io;
  throw Error(code, fmt::format("LMDB, {}: {}", doing, mdb_strerror(result)));
}

MDB_val value_of(std::string_view text) {
  return {text.size(), const_cast<char*>(text.data())};  // LMDB writes only where it is told to
}

std::string_view text_of(const MDB_val& value) {
  return {static_cast<const char*>(value.mv_data), value.mv_size};
}

/// Aborted unless committed.
class Transaction {
 public:
  Transaction(MDB_env* environment, unsigned flags) {
    check_lmdb(mdb_txn_begin(environment, nullptr, flags, &transaction_), "beginning");
  }
  ~Transaction() {
    if (transaction_ != nullptr) mdb_txn_abort(transaction_);
  }
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;

  void commit() { check_lmdb(mdb_txn_commit(std::exchange(transaction_, nullptr)), "committing"); }
  MDB_txn* get() const { return transaction_; }

 private:
  MDB_txn* transaction_ = nullptr;
};

class LmdbReader final : public OrderedReader {
 public:
  LmdbReader(MDB_env* environment, MDB_dbi table) : transaction_(environment, MDB_RDONLY) {
    check_lmdb(mdb_cursor_open(transaction_.get(), table, &cursor_), "opening a cursor");
  }
  ~LmdbReader() override { mdb_cursor_close(cursor_); }

  bool seek_below(std::string_view key) override {
    key_ = value_of(key);
    return move(move(MDB_SET_RANGE) ? MDB_PREV : MDB_LAST);
  }
  bool previous() override { return move(MDB_PREV); }
  bool seek(std::string_view key) override {
    key_ = value_of(key);
    return move(MDB_SET_RANGE);
  }
  bool next() override { return move(MDB_NEXT); }
  std::string_view key() const override { return text_of(key_); }
  std::string_view value() const override { return text_of(value_); }

 private:
  bool move(MDB_cursor_op to) {
    const int result = mdb_cursor_get(cursor_, &key_, &value_, to);
    if (result != MDB_NOTFOUND) check_lmdb(result, "reading");
    return result == MDB_SUCCESS;
  }

  Transaction transaction_;
  MDB_cursor* cursor_ = nullptr;
  MDB_val key_{};
  MDB_val value_{};
};

class LmdbStore final : public OrderedStore {
 public:
  LmdbStore(const std::string& path, const EngineOptions& options) {
    check_lmdb(mdb_env_create(&environment_), "making an environment");
    check_lmdb(mdb_env_set_mapsize(environment_, map_bytes), "setting the size of the map");
    const unsigned safety = options.durability == Durability::power_safe ? 0 : MDB_NOSYNC;
    check_lmdb(mdb_env_open(environment_, path.c_str(), MDB_NOSUBDIR | MDB_NOTLS | safety, 0600),
               "opening");
    Transaction transaction(environment_, 0);
    check_lmdb(mdb_dbi_open(transaction.get(), nullptr, 0, &table_), "opening its table");
    transaction.commit();
  }
  ~LmdbStore() override { mdb_env_close(environment_); }

  void insert_new(const OrderedPairs& pairs) override {
    Transaction transaction(environment_, 0);
    for (std::size_t i = 0; i < pairs.keys.size(); ++i) {
      write(transaction, pairs.key(i), pairs.value(i), MDB_NOOVERWRITE);
    }
    transaction.commit();
  }

  void put(std::span<const std::pair<std::string, std::string>> pairs) override {
    Transaction transaction(environment_, 0);
    for (const auto& [key, value] : pairs) write(transaction, key, value, 0);
    transaction.commit();
  }

  void remove(std::span<const std::string> keys) override {
    Transaction transaction(environment_, 0);
    for (const std::string& key : keys) {
      MDB_val name = value_of(key);
      check_lmdb(mdb_del(transaction.get(), table_, &name, nullptr), "removing");
    }
    transaction.commit();
  }

  std::unique_ptr<OrderedReader> read() const override {
    return std::make_unique<LmdbReader>(environment_, table_);
  }

  void flush() override { check_lmdb(mdb_env_sync(environment_, 1), "syncing"); }

  /// Its file never shrinks, but its pages are used again.
  void compact() override { flush(); }

 private:
  void write(Transaction& transaction, std::string_view key, std::string_view value,
             unsigned flags) {
    MDB_val name = value_of(key);
    MDB_val content = value_of(value);
    check_lmdb(mdb_put(transaction.get(), table_, &name, &content, flags), "writing");
  }

  MDB_env* environment_ = nullptr;
  MDB_dbi table_ = 0;
};

}  // namespace

std::unique_ptr<Engine> open_lmdb(const std::string& path, const EngineOptions& options) {
  return std::make_unique<OrderedEngine>(std::make_unique<LmdbStore>(path, options));
}

}  // namespace fnstore::bench
