#pragma once

#include "fnstore/call_filter.h"

#include "engine.h"
#include "peers/name_numbers.h"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace fnstore::bench {

/// The newest matching call of a function strictly below an id, or at or below it; an empty id
/// stands above all.
using NextOfFunction =
    std::function<std::optional<Call>(std::uint32_t function, const std::string& id, bool at_id)>;

/// A page over all functions, from a store that has them one by one: the newest of each function
/// first, and as one is taken, the next of its function. No next_cursor.
CallList merge_functions(const NameNumbers& functions, const CursorPosition& below,
                         std::size_t wanted, const NextOfFunction& next);

/// Room for a page, so that its calls need not move as it grows.
void reserve_page(CallList& page, std::size_t wanted);

/// By the contract: exactly when the page is full.
void set_next_cursor(CallList& page, const CallFilter& filter, std::size_t wanted);

/// Exact percentiles by nearest rank; reorders the values.
Engine::Summary summary_of(std::vector<std::int64_t>& run_ms, std::uint64_t errors);

}  // namespace fnstore::bench
