#pragma once

#include "fnstore/fnstore.h"

#include <catch2/catch.hpp>
#include <string>

namespace Catch {

/// How a failed assertion shows what it compared.
template <>
struct StringMaker<fnstore::Call> {
  static std::string convert(const fnstore::Call& call) { return fnstore::to_json(call); }
};

template <>
struct StringMaker<fnstore::Timestamp> {
  static std::string convert(fnstore::Timestamp time) {
    return std::to_string(time.time_since_epoch().count()) + " ms";
  }
};

template <>
struct StringMaker<fnstore::Status> {
  static std::string convert(fnstore::Status status) {
    return std::string(fnstore::to_string(status));
  }
};

}  // namespace Catch
