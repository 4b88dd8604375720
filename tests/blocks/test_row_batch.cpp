// Batches of rows: what goes in comes out, and damage is told.

#include "fnstore/error.h"

#include "codec/block_layout.h"
#include "codec/row_batch.h"
#include "damage.h"
#include "random_calls.h"

#include <catch2/catch.hpp>
#include <string>
#include <utility>
#include <vector>

using namespace fnstore;
using namespace fnstore::codec;

namespace {

struct Batch {
  std::vector<BatchedRow> rows;
  std::string batch;
};

/// Calls of several functions in no order of id, as one insert may bring them.
Batch sample(Draw& draw, Ids kind, std::size_t count, bool wild) {
  Batch made;
  std::vector<CallEntry> calls = random_calls(draw, random_ids(draw, kind, count), wild);
  RowBatchEncoder encoder;
  while (!calls.empty()) {
    std::swap(calls[draw.below(calls.size())], calls.back());
    made.rows.push_back({static_cast<std::uint32_t>(draw.any_width()), std::move(calls.back())});
    calls.pop_back();
    encoder.add(made.rows.back().fn_no, made.rows.back().call);
  }
  CHECK(encoder.calls() == count);
  made.batch = encoder.finish();
  CHECK(encoder.calls() == 0);
  return made;
}

std::vector<BatchedRow> read(const std::string& batch) {
  std::vector<BatchedRow> rows;
  RowBatchReader reader(batch);
  BatchedRow row;
  while (reader.next(row)) rows.push_back(row);
  return rows;
}

bool same(const std::vector<BatchedRow>& a, const std::vector<BatchedRow>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](const auto& x, const auto& y) {
    return x.fn_no == y.fn_no && x.call == y.call;
  });
}

std::string with_checksum(std::string batch) {
  batch.resize(batch.size() - 8);
  put_fixed64(batch, layout::checksum(batch));
  return batch;
}

bool is_corrupt(const std::string& batch) {
  try {
    read(batch);
    return false;
  } catch (const Error& error) {
    return error.code() == Errc::corrupt;
  }
}

}  // namespace

TEST_CASE("a batch of rows gives back every call, in its order") {
  const std::uint64_t seed = first_seed();
  for (int kind = 0; kind < id_kinds; ++kind) {
    for (const std::size_t count : {1U, 2U, 17U, 1'000U}) {
      for (const bool wild : {false, true}) {
        Draw draw(seed + count);
        INFO("seed " << seed << ", ids " << kind << ", " << count << " calls, wild " << wild);
        const Batch made = sample(draw, static_cast<Ids>(kind), count, wild);
        CHECK(RowBatchReader(made.batch).calls() == count);
        CHECK(same(read(made.batch), made.rows));
      }
    }
  }
}

TEST_CASE("a batch of usual calls takes less than twenty bytes each") {
  RowBatchEncoder encoder;
  CallEntry call;
  call.status = Status::success;
  call.type = CallType::sync;
  for (std::uint32_t i = 0; i < 1'000; ++i) {
    call.id = format_call_id({1'563'148'800'000U + i, 0xABCDEF, i});
    call.created = 1'563'148'800'000 + i;
    call.started = call.created + 3;
    call.completed = call.started + 250;
    encoder.add(1 + i % 200, call);
  }
  CHECK(encoder.finish().size() < 20 * 1'000);
}

TEST_CASE("a changed byte of a batch is seen") {
  Draw draw(first_seed());
  const Batch made = sample(draw, Ids::mixed, 40, false);
  for (std::size_t at = 0; at < made.batch.size(); ++at) {
    std::string changed = made.batch;
    changed[at] = static_cast<char>(changed[at] ^ (1 << draw.below(8)));
    INFO("byte " << at);
    CHECK(is_corrupt(changed));
    CHECK(is_corrupt(made.batch.substr(0, at)));
  }
}

TEST_CASE("a damaged batch whose checksum fits is refused or read, never more than it holds") {
  Draw draw(first_seed());
  for (int round = 0; round < 20; ++round) {
    const Batch made = sample(draw, static_cast<Ids>(round % id_kinds), 1 + draw.below(60), true);
    for (int change = 0; change < 200; ++change) {
      std::string changed = made.batch;
      changed[draw.below(changed.size() - 8)] = static_cast<char>(draw.any());
      changed = with_checksum(changed);
      answers(std::size_t{1} << 20, [&] {
        for (const BatchedRow& row : read(changed)) {
          if (!is_finished(row.call.status)) FAIL("a status that no batch holds");
        }
      });
    }
  }
}
