#pragma once

namespace faults {

/// Part of install(): before SQLite begins to work.
void install_memory();

}  // namespace faults
