#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

/// What one of the processes does with the file, over and over, until it is killed or told to end.
inline constexpr std::array<std::string_view, 10> role_names = {
    "insert", "insert-bulk", "list",   "tail",       "prune",
    "pack",   "copy",        "reopen", "write-fast", "read-slow",
};

/// Calls of functions that begin so are never pruned: each that a role printed must be found.
inline constexpr std::string_view kept_prefix = "kept-";

/// Prints a line "FN_ID ID" for each acknowledged call of such a function, and "! TEXT" for the
/// first thing that goes wrong, which ends it with 4. SIGTERM lets it close its store and end
/// with 0.
int play(std::string_view role, const std::string& path, std::uint64_t seed);
