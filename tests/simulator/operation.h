#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

enum class Kind : std::uint8_t {
  insert,
  batch,
  bulk,
  replace,
  transition,
  put_log,
  remove,
  find,
  list,
  prune,
  pack,
  compact,
  statistics,
  backup,
  submit,
  claim,
  settle,
  late_settle,
  cancel,
  sweep,
  clock,
  flush,
};

std::string_view name_of(Kind kind);

/// One thing a thread does; the details come from the seed, and do not depend on what others do.
struct Operation {
  Kind kind{};
  std::uint64_t seed = 0;
};

/// What one thread does, one after the other.
using Script = std::vector<Operation>;
