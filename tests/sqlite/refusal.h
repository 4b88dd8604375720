#pragma once

#include "fnstore/error.h"

#include <catch2/catch.hpp>
#include <ostream>
#include <stdexcept>

namespace fnstore {

inline std::ostream& operator<<(std::ostream& out, Errc code) {
  return out << to_string(code);
}

}  // namespace fnstore

/// The Error that `work` must end with.
template <typename Work>
fnstore::Error refusal(Work&& work) {
  try {
    work();
  } catch (const fnstore::Error& error) {
    UNSCOPED_INFO(error.what());
    return error;
  }
  throw std::runtime_error("it was not refused");
}
