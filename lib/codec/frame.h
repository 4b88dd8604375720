#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace fnstore::codec {

/// A frame holds bytes, compressed with zstd where that is smaller: lib/FORMAT.md has the layout.
/// The empty text is the empty frame.
std::string make_frame(std::string_view bytes);

/// The bytes of a frame; throws `corrupt` for a damaged one or one that says it holds more than
/// `limit` bytes (before it allocates them). `what` names the frame in the message.
std::string open_frame(std::string_view frame, std::size_t limit, const char* what);

}  // namespace fnstore::codec
