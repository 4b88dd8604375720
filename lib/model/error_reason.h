#pragma once

#include <string_view>

namespace fnstore {

/// A call's error without what differs from call to call: see ErrorReason. A view of the text.
std::string_view error_reason(std::string_view error) noexcept;

}  // namespace fnstore
