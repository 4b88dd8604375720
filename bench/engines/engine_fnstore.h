#pragma once

#include "engine.h"

#include <memory>
#include <string>

namespace fnstore::bench {

std::unique_ptr<Engine> open_fnstore(const std::string& path, Durability durability);

}  // namespace fnstore::bench
