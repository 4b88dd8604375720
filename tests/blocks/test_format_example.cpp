// The example of lib/FORMAT.md: its bytes are what the encoder writes for its calls, and what the
// reader takes for them.

#include "fnstore/call_id.h"
#include "fnstore/timestamp.h"

#include "codec/block.h"
#include "codec/stats_blob.h"
#include "random_calls.h"

#include <catch2/catch.hpp>
#include <chrono>
#include <cstdlib>
#include <fmt/format.h>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

using namespace fnstore;
using namespace fnstore::codec;

namespace {

constexpr std::int64_t first_ms = 1'554'422'700'250;  // 2019-04-05T00:05:00.250Z

CallEntry example_call(std::int64_t created, std::uint32_t counter, std::int64_t wait,
                       std::int64_t run) {
  CallEntry call;
  call.id = format_call_id({static_cast<std::uint64_t>(created), 0xa1b2'c3d4'e5f6U, counter});
  call.status = Status::success;
  call.type = CallType::sync;
  call.app_no = 1;
  call.created = created;
  call.started = created + wait;
  call.completed = call.started + run;
  return call;
}

std::vector<CallEntry> example_calls() {
  std::vector<CallEntry> calls{example_call(first_ms, 7, 2, 40),
                               example_call(first_ms + 100, 9, 3, 30'000),
                               example_call(first_ms + 350, 10, 2, 2'000)};
  calls[1].status = Status::error;
  calls[1].error = "timeout";
  calls[1].log_no = 5;
  const auto at = [&](std::int64_t after) {
    return Timestamp(std::chrono::milliseconds(calls[2].started + after));
  };
  calls[2].stats = encode_stats(
      Stats{{at(1'000), {{"cpu_user", 640'000'000}}}, {at(2'000), {{"cpu_user", 1'290'000'000}}}});
  return calls;
}

std::string format_page() {
  const char* const source = std::getenv("FNSTORE_SOURCE");
  if (source == nullptr) throw std::runtime_error("FNSTORE_SOURCE is not set");
  std::ifstream file(std::string(source) + "/lib/FORMAT.md");
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

/// The bytes of every block fenced as ```hex: on each line pairs of digits, then two spaces and
/// what they mean.
std::vector<std::string> example_bytes(const std::string& page) {
  std::vector<std::string> all;
  bool inside = false;
  std::istringstream lines(page);
  for (std::string line; std::getline(lines, line);) {
    if (line.rfind("```", 0) == 0) {
      inside = line == "```hex";
      if (inside) all.emplace_back();
      continue;
    }
    if (!inside) continue;
    std::istringstream pairs(line.substr(0, line.find("  ")));
    for (std::string pair; pairs >> pair;) {
      all.back() += static_cast<char>(std::stoi(pair, nullptr, 16));
    }
  }
  return all;
}

std::string hex(const std::string& bytes) {
  std::string text;
  for (const char byte : bytes) text += fmt::format("{:02x} ", static_cast<unsigned char>(byte));
  return text;
}

}  // namespace

TEST_CASE("the example in FORMAT.md is what is written and read") {
  const std::vector<CallEntry> calls = example_calls();
  const EncodedBlock block = encode_block(pointers(calls));
  std::vector<std::string> shown = example_bytes(format_page());
  CHECK(shown.size() == 3);
  shown.resize(3);
  CHECK(hex(shown[0]) == hex(block.columns));
  CHECK(hex(shown[1]) == hex(block.texts));
  CHECK(hex(shown[2]) == hex(block.stats));

  BlockReader reader(shown[0], block.checksum);
  reader.supply_texts(shown[1]);
  reader.supply_stats(shown[2]);
  REQUIRE(reader.size() == calls.size());
  for (std::size_t i = 0; i < calls.size(); ++i) CHECK((reader.entry(i) == calls[i]));
}
