#pragma once

#include "contestant.h"

void create_store_file(const std::string& path);
std::unique_ptr<Contestant> open_store_contestant(const std::string& path, const std::string& name);
std::string find_store_damage(const std::string& path, const std::string& name,
                              std::uint32_t written);
