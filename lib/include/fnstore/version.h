#pragma once

namespace fnstore {

inline constexpr const char* version = "0.1.0";

}  // namespace fnstore
