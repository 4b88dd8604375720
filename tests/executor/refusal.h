#pragma once

#include "fnstore/error.h"

#include <string>

/// What an Error that `act` throws says: its code, a colon, its message. "no error" without one.
template <typename Act>
std::string refusal(Act act) {
  try {
    act();
  } catch (const fnstore::Error& error) {
    return std::string(to_string(error.code())) + ": " + error.what();
  }
  return "no error";
}

/// The code alone.
template <typename Act>
std::string refusal_code(Act act) {
  const std::string said = refusal(act);
  return said.substr(0, said.find(':'));
}
