#pragma once

#include "fnstore/call.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace fnstore {

/// What a list of calls shows of one, without stats and request fields, for which ask
/// Store::get(view.key()). Its texts belong to the CallViewList it is in.
struct CallView {
  std::string_view id{};
  std::string_view fn_id{};
  std::string_view app_id{};
  std::string_view app_name{};
  std::string_view trigger_id{};
  std::string_view error{};
  std::optional<Timestamp> created_at{};
  std::optional<Timestamp> started_at{};
  std::optional<Timestamp> completed_at{};
  CallType type = CallType::none;
  Status status = Status::queued;
  bool has_stats = false;
  bool has_log = false;

  CallKey key() const noexcept { return {fn_id, id}; }
};

/// One page of views, in the order of a CallList. It keeps the texts that its items point to;
/// they stay where they are when it is moved. Filling the same list again reuses its memory.
class CallViewList {
 public:
  std::string next_cursor{};  ///< set exactly when the page is full
  std::vector<CallView> items{};

  CallViewList() = default;
  CallViewList(CallViewList&&) noexcept = default;
  CallViewList& operator=(CallViewList&&) noexcept = default;

  /// Forgets the items; keeps the memory.
  void clear() noexcept;

  /// For whoever fills the list: a copy of `text` that stays where it is until clear().
  std::string_view keep(std::string_view text);
  /// The same for a text to be written there: `size` bytes, not set.
  char* room(std::size_t size);

 private:
  struct Chunk {
    std::unique_ptr<char[]> bytes;
    std::size_t size = 0;
  };
  std::vector<Chunk> chunks_;
  std::size_t chunk_ = 0;  // the one being filled
  std::size_t used_ = 0;   // of it
};

}  // namespace fnstore
