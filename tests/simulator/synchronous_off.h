#pragma once

#include "faults.h"

/// From now on every connection runs with synchronous = OFF, whatever the store asks for: a
/// control.
void switch_synchronous_off();

/// Whether a store's own setting is to have no effect just now.
bool is_synchronous_fixed();
