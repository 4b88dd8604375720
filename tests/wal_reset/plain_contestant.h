#pragma once

#include "contestant.h"

void create_plain_file(const std::string& path);
std::unique_ptr<Contestant> open_plain_contestant(const std::string& path, const std::string& name);
std::string find_plain_damage(const std::string& path, const std::string& name,
                              std::uint32_t written);
