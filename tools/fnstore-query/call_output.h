#pragma once

#include "fnstore/call.h"

#include "session.h"

#include <string>

namespace fnstore::query {

/// One whole call as `get` prints it in that format.
std::string show_call(const Call& call, Format format, const Session& session);

}  // namespace fnstore::query
