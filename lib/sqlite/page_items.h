#pragma once

#include "fnstore/call.h"
#include "fnstore/call_view.h"

#include "sqlite/block_cursor.h"
#include "sqlite/snapshot.h"

#include <cstddef>
#include <string_view>
#include <vector>

namespace fnstore::sqlite {

/// The apps of a page's calls, which mostly share one.
class PageApps {
 public:
  explicit PageApps(Snapshot& snapshot) : snapshot_(snapshot) {}
  /// As Snapshot::app.
  const App& operator[](std::uint32_t app_no) {
    if (last_ == nullptr || app_no != last_no_) {
      last_ = &snapshot_.app(app_no);
      last_no_ = app_no;
    }
    return *last_;
  }

 private:
  Snapshot& snapshot_;
  const App* last_ = nullptr;
  std::uint32_t last_no_ = 0;
};

/// A page of whole calls, as far as listings carry them.
class CallItems {
 public:
  CallItems(Snapshot& snapshot, std::vector<Call>& items)
      : snapshot_(snapshot), apps_(snapshot), items_(items) {}

  /// Whether add(RecentCall) may want the transaction, so that the index must be released first.
  static constexpr bool needs_transaction = true;

  std::size_t size() const { return items_.size(); }
  void reserve(std::size_t calls) { items_.reserve(calls); }
  void add(const RecentCall& recent);
  /// The call it stands on, and perhaps more of those below, to which it then has moved: `most` in
  /// all.
  void add(BlockCursor& packed, const Function& function, std::size_t most = 1);

 private:
  Snapshot& snapshot_;
  PageApps apps_;
  std::vector<Call>& items_;
};

/// A page of views.
class ViewItems {
 public:
  ViewItems(Snapshot& snapshot, CallViewList& page) : apps_(snapshot), page_(page) {}

  static constexpr bool needs_transaction = false;

  std::size_t size() const { return page_.items.size(); }
  void reserve(std::size_t calls) { page_.items.reserve(calls); }
  void add(const RecentCall& recent);
  /// As in CallItems; those that BlockCursor::move_over() gives.
  void add(BlockCursor& packed, const Function& function, std::size_t most = 1);

 private:
  void set_app(CallView& view, std::uint32_t app_no);
  void set_function(CallView& view, std::string_view fn_id);

  PageApps apps_;
  CallViewList& page_;
  // Neighbours mostly share function and app: their texts are kept once.
  const App* kept_app_ = nullptr;
  std::string_view app_id_;
  std::string_view app_name_;
  std::string_view asked_fn_id_;
  std::string_view fn_id_;
};

/// Packed calls of all functions, to be remembered.
class PackedItems {
 public:
  explicit PackedItems(std::vector<RecentPointer>& calls) : calls_(calls) {}

  static constexpr bool needs_transaction = false;

  std::size_t size() const { return calls_.size(); }
  void reserve(std::size_t calls) { calls_.reserve(calls); }
  void add(const RecentCall&) {}
  void add(BlockCursor& packed, const Function& function, std::size_t most = 1);

 private:
  std::vector<RecentPointer>& calls_;
};

/// A recent call with its stats, wherever they are.
codec::CallEntry entry_of(Connection& connection, const RecentCall& recent);

}  // namespace fnstore::sqlite
