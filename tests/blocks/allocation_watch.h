#pragma once

#include <cstddef>

/// The largest single allocation by `new` on this thread since the last reset. The program that
/// links allocation_watch.cpp has its operator new replaced.
void reset_largest_allocation();
std::size_t largest_allocation();
