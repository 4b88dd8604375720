#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#define XXH_INLINE_ALL
#include <xxhash.h>

namespace fnstore::codec::layout {

// All of this reaches disk. Stored: never change. lib/FORMAT.md draws it.

inline constexpr std::uint8_t block_version = 1;

inline constexpr std::uint8_t ids_generated = 1;  // three number columns
inline constexpr std::uint8_t ids_text = 2;       // one frame of front-coded texts

enum Column : std::size_t {
  column_id_time = 0,  // generated: milliseconds, first absolute, then differences. text: the frame
  column_id_machine,   // generated: number in the list of distinct machines. text: absent
  column_id_counter,   // generated: zigzag difference to the last counter of the same machine
  column_machines,     // generated: the distinct machines, `calls` is their number
  column_created,      // zigzag difference to id time; text ids: to the created before
  column_wait,         // 0 not started; else 1 + zigzag(started - created)
  column_run,          // 0 not completed; else 1 + zigzag(completed - started, or - created)
  column_status,
  column_type,
  column_app,
  column_trigger,     // 0 none, else 1 + number in the dictionary of texts
  column_error,       // the same
  column_stats_size,  // samples, or bytes in a stats part that is a frame
  column_detail,      // 0 none; else 1 + zigzag difference to the last one that is not 0
  column_log,         // 0 none, 1 empty; else 2 + zigzag difference to the last real one
  column_count
};

inline constexpr std::size_t padding = 8;  // zero bytes at the end, so that whole words can be read

/// The checksum of every stored part: XXH3, 64 bits. Never 0, which stands for "no such part".
inline std::uint64_t checksum(std::string_view bytes) {
  const std::uint64_t value = XXH3_64bits(bytes.data(), bytes.size());
  return value == 0 ? 1 : value;
}

}  // namespace fnstore::codec::layout
