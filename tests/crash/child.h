#pragma once

#include <cstdint>
#include <string>

/// The process that is killed: threads that record calls of every kind and print a line for each
/// write once it is acknowledged: "FN ID STATUS\n". Returns only on an error of the store.
int run_writer(const std::string& path, std::uint64_t seed);

/// A process that walks the newest calls all the time and checks that they come in order.
int run_lister(const std::string& path);
