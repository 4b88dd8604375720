#pragma once

#include <cstdint>
#include <string>

namespace fnstore::bench {

/// What lies on disk for the history at `path`: the file and all whose names begin with its name
/// and "-", such as write-ahead logs; or a folder with all that is in it.
std::uint64_t bytes_on_disk(const std::string& path);

}  // namespace fnstore::bench
