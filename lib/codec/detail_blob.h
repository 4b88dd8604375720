#pragma once

#include "fnstore/call.h"

#include <string>
#include <string_view>

namespace fnstore::codec {

/// Whether a request field of a call differs from its default.
bool has_detail(const Call& call);

/// The request fields of a call as a frame, empty when every one has its default:
/// lib/FORMAT.md has the layout.
std::string encode_detail(const Call& call);

/// Sets the request fields of `call` from a frame. Throws `corrupt`.
void decode_detail(std::string_view frame, Call& call);

}  // namespace fnstore::codec
