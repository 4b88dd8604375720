#include "fnstore/error.h"
#include "fnstore/json.h"

#include "byte_pieces.h"
#include "call_csv.h"
#include "memory_file.h"
#include "model/validation.h"
#include "record_reader.h"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

using namespace fnstore;
using namespace fnstore::query;

namespace {

using Open = std::unique_ptr<RecordReader> (*)(BytePieces& pieces);

/// The records up to the end or, where `may_end_early`, to a line that is refused.
std::vector<CallRecord> read_all(Open open, std::string_view text, bool may_end_early) {
  static MemoryFile file;
  file.hold(text);
  InputFile input(file.path());
  BytePieces pieces(input);
  std::vector<CallRecord> records;
  try {
    const std::unique_ptr<RecordReader> reader = open(pieces);
    while (auto next = reader->next()) records.push_back(std::move(next->record));
  } catch (const LineError& error) {
    const std::string_view what = error.what();
    if (!may_end_early || !what.starts_with("line ") || !is_valid_utf8(what)) std::abort();
  }
  return records;
}

/// Whether a store takes it: only that is ever exported.
bool is_valid(const CallRecord& record) {
  try {
    validate(record);
    return true;
  } catch (const Error& error) {
    if (error.code() != Errc::invalid || !is_valid_utf8(error.what())) std::abort();
    return false;
  }
}

void expect_same(const std::vector<CallRecord>& one, const std::vector<CallRecord>& other) {
  if (one.size() != other.size()) std::abort();
  for (std::size_t i = 0; i < one.size(); ++i) {
    if (one[i].call != other[i].call || one[i].log != other[i].log) std::abort();
  }
}

/// What export writes as CSV, import reads as the same.
void check_csv(const std::vector<CallRecord>& records) {
  std::string text = csv_header(CsvColumns::record);
  std::vector<CallRecord> written;
  for (const CallRecord& record : records) {
    try {
      text += csv_line(record, CsvColumns::record);
      written.push_back(record);
    } catch (const Error& error) {
      if (error.code() != Errc::unsupported) std::abort();  // a NUL in a text
    }
  }
  expect_same(read_all(open_csv, text, false), written);
}

void check_json_lines(const std::vector<CallRecord>& records) {
  std::string text;
  for (const CallRecord& record : records) text += to_json(record) + "\n";
  expect_same(read_all(open_jsonl, text, false), records);
}

}  // namespace

// Everything that import reads, whatever it is: as CSV, as an Azure trace and as JSON lines.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  for (const Open open : {open_csv, open_azure, open_jsonl}) {
    std::vector<CallRecord> records = read_all(open, text, true);
    std::erase_if(records, [](const CallRecord& record) { return !is_valid(record); });
    if (records.empty()) continue;
    check_csv(records);
    check_json_lines(records);
  }
  return 0;
}
