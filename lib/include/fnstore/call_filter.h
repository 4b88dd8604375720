#pragma once

#include "fnstore/call.h"
#include "fnstore/limits.h"

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace fnstore {

/// Which calls a listing returns. Every field narrows; an empty field does not.
struct CallFilter {
  std::string fn_id{};                   ///< empty: all functions
  std::optional<Timestamp> from_time{};  ///< exclusive: from_time < created_at
  std::optional<Timestamp> to_time{};    ///< exclusive: created_at < to_time
  std::string cursor{};                  ///< CallList::next_cursor of the page before
  std::size_t per_page = 0;              ///< 0 means limits::default_page
  std::vector<Status> status{};          ///< any of these
  std::optional<CallType> type{};
  std::string app_id{};
  std::string trigger_id{};
  std::string error{};  ///< substring of the call's error, bytewise
};

/// One page, `id` descending bytewise; over all functions, equal ids by `fn_id` descending.
struct CallList {
  std::string next_cursor;  ///< set exactly when the page is full
  std::vector<Call> items;  ///< without the request fields
};

/// The cursor that continues strictly below a call: unpadded base64url of its id, or, over all
/// functions, of id, NUL, fn_id.
std::string encode_cursor(std::string_view id, std::string_view fn_id = {});

/// A cursor taken apart; fn_id is empty when the cursor carries none.
struct CursorPosition {
  std::string id;
  std::string fn_id;
};

/// Throws `invalid` for anything encode_cursor could not have returned for legal ids.
CursorPosition decode_cursor(std::string_view cursor);

}  // namespace fnstore
