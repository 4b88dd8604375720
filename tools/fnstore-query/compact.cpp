#include "call_fields.h"
#include "command.h"
#include "failure.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

namespace fnstore::query {
namespace {

constexpr const char* compact_footer =
    "Packs every call that has ended, merges blocks that are not full, and shortens\n"
    "the file by all its free pages. Others can read and write meanwhile. A crash\n"
    "leaves the store whole, and compacted as far as it came.\n"
    "\n"
    "Examples:\n"
    "  fnstore-query --db history.db compact\n";

std::uint64_t bytes_of(const Store& store) {
  const StoreInfo info = store.info();
  return info.file_bytes + info.wal_bytes;
}

int compact_store(const Session& session) {
  Store store = session.open_to_change();
  const std::uint64_t before = bytes_of(store);
  store.compact();
  const std::uint64_t after = bytes_of(store);
  const Format format = session.output_format();
  Output out = session.standard_output(format);
  if (format == Format::csv) {
    out.write(fmt::format("bytes_before,bytes_after\n{},{}\n", before, after));
  } else if (format == Format::table) {
    out.write(field_list(
        {{"bytes_before", fmt::format("{}", before)}, {"bytes_after", fmt::format("{}", after)}},
        session.terminal));
  } else {
    out.write(fmt::format("{{\"bytes_before\":{},\"bytes_after\":{}}}\n", before, after));
  }
  out.finish();
  return exit_status::done;
}

}  // namespace

Run define_compact(CLI::App& app) {
  app.footer(compact_footer);
  return compact_store;
}

}  // namespace fnstore::query
