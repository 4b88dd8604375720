#pragma once

#include "plan.h"

#include <chrono>

/// The smallest plan found, within the time, that still breaks a promise. Threads run as they like,
/// so each candidate gets some tries.
Plan shrink(Plan plan, std::size_t failed_life, std::chrono::seconds time);
