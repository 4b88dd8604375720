#pragma once

#include <cstdint>

/// Puts itself beneath SQLite's own file layer, once, before any connection is opened: reads and
/// writes of the operating system may then end early, or be interrupted, as POSIX allows.
void install_short_transfers();

/// Of so many thousand transfers that many do, from now on; 0: none.
void set_short_transfers(std::uint64_t permille);
