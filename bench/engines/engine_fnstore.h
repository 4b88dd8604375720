#pragma once

#include "engine.h"

#include <memory>
#include <string>

namespace fnstore::bench {

std::unique_ptr<Engine> open_fnstore(const std::string& path, const EngineOptions& options);

}  // namespace fnstore::bench
