#pragma once

#include "model/engine.h"

#include <memory>
#include <string>

namespace fnstore::sqlite {

/// Opens a store file, creating it where the options say so. Only the options that concern the
/// file are used: create, durability, busy_timeout, pack_after, background_packing.
std::unique_ptr<Engine> open_engine(const std::string& path, const StoreOptions& options);

}  // namespace fnstore::sqlite
