#pragma once

#include "fnstore/safekeeping.h"

#include "session.h"
#include "stop_signals.h"

#include <optional>
#include <string_view>

namespace fnstore::query {

/// Ends backup and restore: prints what was copied and returns the exit status. Without counts it
/// was stopped: says `stopped`, and the signal ends the process.
int report_copy(const std::optional<CopyCounts>& counts, std::string_view stopped,
                const StopSignals& signals, const Session& session);

}  // namespace fnstore::query
