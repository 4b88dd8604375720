#pragma once

#include <cstdint>
#include <string>

/// The processes of a round; each goes on until it is killed, and returns only when something is
/// wrong. `folder` holds the store and the backups "even" and "odd".

/// Restores one backup and the other over the store, in turn.
int run_restorer(const std::string& folder, std::uint64_t seed);

/// Writes and reads through a store that it opens anew whenever it is told to.
int run_user(const std::string& folder, std::uint64_t seed);

std::string store_in(const std::string& folder);
std::string backup_in(const std::string& folder, bool odd);

/// Calls of a backup all have one of these functions; what users add has another.
inline constexpr const char* even_fn = "even";
inline constexpr const char* odd_fn = "odd";
inline constexpr const char* user_fn = "user";
inline constexpr std::uint64_t even_calls = 700;
inline constexpr std::uint64_t odd_calls = 1'900;

void make_backup(const std::string& folder, bool odd);
