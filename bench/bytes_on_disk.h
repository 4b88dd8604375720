#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace fnstore::bench {

/// A history's files: its own with those beside it whose names go on with "-" (a log, say); of a
/// folder, all in it.
std::vector<std::filesystem::path> files_of(const std::string& path);

/// Of all of them.
std::uint64_t bytes_on_disk(const std::string& path);

/// Makes the system forget what it holds of them in memory, so that reading starts at the disk.
/// Does what the system lets it, and says nothing of what not.
void drop_from_memory(const std::string& path);

}  // namespace fnstore::bench
