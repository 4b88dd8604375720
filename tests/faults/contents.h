#pragma once

#include "fnstore/fnstore.h"

#include <map>
#include <optional>
#include <string>
#include <utility>

struct KeptCall {
  fnstore::Call call{};
  std::optional<std::string> log{};
  friend bool operator==(const KeptCall&, const KeptCall&) = default;
};

/// Everything a store holds, by function and id.
using Contents = std::map<std::pair<std::string, std::string>, KeptCall>;

Contents contents_of(const fnstore::Store& store);

/// Of the file at the path, which must verify, opened anew.
Contents verified_contents(const std::string& path);

/// No packing by itself, no retention: every step belongs to the operation.
fnstore::StoreOptions quiet_options();
