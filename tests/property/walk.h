#pragma once

#include "fnstore/store.h"

#include "generator.h"
#include "oracle.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

/// One random walk: operations on two stores open on one file and on the oracle, compared as they
/// go. Throws std::runtime_error that tells the seed, the operation and the difference.
class Walk {
 public:
  Walk(std::string path, std::uint64_t seed);

  void run(std::size_t operations);

  /// A function with very many calls, put in at once, to walk among.
  void seed_large_function(std::size_t calls);

 private:
  void operate();
  void insert();
  void change();
  void maintain();
  void check_page_walk();
  void compare_views(const CallList& page, const CallViewList& views);
  void prune();
  void check_single();
  void check_statistics();
  void check_everything();
  void verify();
  void reopen(std::size_t which);
  fnstore::Store& store();
  void expect(std::optional<fnstore::Errc> wanted, const std::string& what,
              const std::function<void()>& action);
  [[noreturn]] void fail(const std::string& what) const;

  std::string path_;
  std::uint64_t seed_;
  Generator random_;
  Oracle oracle_;
  std::unique_ptr<fnstore::Store> stores_[2];
  std::size_t operation_ = 0;
};
