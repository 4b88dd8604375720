#pragma once

#include "engine.h"
#include "peers/name_numbers.h"
#include "peers/ordered_store.h"
#include "peers/packed_call.h"

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace fnstore::bench {

/// Calls in a key-value store: the key is the function's number and the id, the value a packed
/// call. Names stand under function number 0.
class OrderedEngine final : public Engine {
 public:
  explicit OrderedEngine(std::unique_ptr<OrderedStore> store);

  void insert(std::span<const Call> calls) override;
  void flush() override { store_->flush(); }
  CallList list(const CallFilter& filter) const override;
  void settle() override { store_->compact(); }
  Counts count() const override;
  std::uint64_t prune(Timestamp before) override;
  Summary summarize() const override;

 private:
  void add_names(NameNumbers& names, char kind, std::span<const std::string_view> wanted);
  void restore_names();
  /// Whether the reader stands on a call of that function.
  static bool is_at(const OrderedReader& reader, std::uint32_t function);
  Call call_at(const OrderedReader& reader, const PackedCall& packed) const;
  /// From where the reader is, the newest call of the function that the filter selects.
  std::optional<PackedCall> go_to_match(OrderedReader& reader, std::uint32_t function,
                                        const CallFilter& filter,
                                        std::optional<std::uint32_t> app) const;
  /// Keys of calls the filter selects, a batch at most, from the key `from` on, which is moved to
  /// where the next batch begins; empty after the last.
  std::vector<std::string> next_matches(const CallFilter& filter, std::string& from) const;
  CallList list_function(const CallFilter& filter, std::size_t wanted) const;
  CallList list_all(const CallFilter& filter, std::size_t wanted) const;

  std::unique_ptr<OrderedStore> store_;
  NameNumbers functions_;
  NameNumbers apps_;
};

}  // namespace fnstore::bench
