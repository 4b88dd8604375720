#include "batch_import.h"

#include <fmt/format.h>
#include <utility>

namespace fnstore::query {
namespace {

constexpr std::size_t batch_records = 16'384;
constexpr std::size_t batch_bytes = std::size_t{32} << 20;

bool is_about_a_record(Errc code) {
  return code == Errc::conflict || code == Errc::invalid;
}

}  // namespace

void BatchImport::add(InputRecord&& input) {
  records_.push_back(std::move(input.record));
  lines_.push_back(input.line);
  bytes_ += input.bytes;
  if (records_.size() >= batch_records || bytes_ >= batch_bytes) flush();
}

void BatchImport::flush() {
  const std::vector<CallRecord> records = std::exchange(records_, {});
  const std::vector<std::uint64_t> lines = std::exchange(lines_, {});
  bytes_ = 0;
  if (!records.empty()) insert(records, lines);
}

/// The store takes all or nothing: when it refuses some records, halves show which one is to blame.
void BatchImport::insert(std::span<const CallRecord> records,
                         std::span<const std::uint64_t> lines) {
  try {
    const InsertCounts counts = store_.insert(records, on_conflict_);
    counts_.inserted += counts.inserted;
    counts_.skipped += counts.skipped;
    return;
  } catch (const Error& error) {
    if (!is_about_a_record(error.code())) throw;
    if (records.size() == 1) throw LineError(lines.front(), error.what(), error.code());
  }
  const std::size_t half = records.size() / 2;
  insert(records.first(half), lines.first(half));
  insert(records.subspan(half), lines.subspan(half));
}

}  // namespace fnstore::query
