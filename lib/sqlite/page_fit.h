#pragma once

#include <cstddef>

namespace fnstore::sqlite {

/// SQLite lays rows into pages of 4096 bytes whole, as long as they are not longer than a page: of
/// blocks just over half a page each takes a page of its own. So blocks are cut where the most of
/// them go into a page.
///
/// The number of calls, at most codec::block_calls, that a block of calls like these should have,
/// when a block of `calls` calls takes up `bytes`.
std::size_t calls_for_pages(std::size_t calls, std::size_t bytes) noexcept;

/// Whether so many fewer calls as calls_for_pages() tells are worth cutting the block anew.
bool is_worth_cutting(std::size_t calls, std::size_t bytes) noexcept;

}  // namespace fnstore::sqlite
