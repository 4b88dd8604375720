#include "codec/column_directory.h"

#include "codec/block.h"
#include "codec/bytes.h"

namespace fnstore::codec {
namespace {

constexpr const char* what_block = "a block of packed calls";

constexpr std::array<std::string_view, layout::column_count> column_names{
    "id_time", "id_machine", "id_counter", "machines", "created",    "wait",   "run", "status",
    "type",    "app",        "trigger",    "error",    "stats_size", "detail", "log",
};

}  // namespace

ColumnDirectory read_column_directory(std::string_view columns, std::uint64_t checksum) {
  ByteReader in(columns, what_block);
  if (layout::checksum(columns) != checksum) in.fail("does not match its checksum");
  ColumnDirectory directory;
  if (in.byte() != layout::block_version) in.fail("has an unknown version");
  const std::uint8_t ids = in.byte();
  if (ids != layout::ids_generated && ids != layout::ids_text) in.fail("has unknown ids");
  directory.text_ids = ids == layout::ids_text;
  directory.calls = in.count(block_calls_limit);
  if (directory.calls == 0) in.fail("is empty");
  const std::uint8_t parts = in.byte();
  if (parts > 3) in.fail("has unknown parts");
  if ((parts & 1) != 0) directory.texts_checksum = in.fixed64();
  if ((parts & 2) != 0) directory.stats_checksum = in.fixed64();
  if (in.varint() != layout::column_count) in.fail("has an unknown number of columns");
  std::array<std::size_t, layout::column_count> sizes{};
  for (std::size_t& size : sizes) size = in.count(columns.size());
  std::size_t at = columns.size() - in.remaining();
  for (std::size_t i = 0; i < sizes.size(); ++i) {
    directory.offsets[i] = at;
    at += sizes[i];
    if (at > columns.size()) in.fail("ends too early");
  }
  directory.offsets[sizes.size()] = at;
  if (columns.size() - at < layout::padding) in.fail("ends too early");
  return directory;
}

std::string_view column_name(layout::Column column) noexcept {
  return column_names[column];
}

}  // namespace fnstore::codec
