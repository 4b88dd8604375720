#pragma once

#include <cstdint>
#include <string>

/// Makes a VFS over the system's the default one of this process, which refuses to make a store's
/// files longer when a limit is set; at first there is none.
void install_full_vfs();

/// The store's database, log and lock file together find room for so many bytes.
void limit_store_to(const std::string& path, std::uint64_t bytes);
void lift_limit();

/// The thread that packs finds no room at all, though others do.
void refuse_background_writes(bool refuse);

/// How many writes have been refused.
std::uint64_t refused_writes();
