#include "sqlite/encoding_round.h"

#include "model/background_thread.h"

#include <utility>

namespace fnstore::sqlite {
namespace {

/// Fewer calls are encoded sooner than a thread is there.
constexpr std::size_t worth_a_thread = 2'048;

bool is_worth_a_thread(const std::deque<PackedInsert>& inserts) {
  std::size_t calls = 0;
  for (const PackedInsert& insert : inserts) calls += insert.calls.size();
  return calls >= worth_a_thread && std::thread::hardware_concurrency() > 1;
}

}  // namespace

PackedInsert::PackedInsert(Connection& connection, std::uint32_t of_function,
                           std::vector<codec::CallEntry*> finished)
    : fn_no(of_function), calls(std::move(finished)), plan(connection, fn_no, calls) {}

EncodingRound::EncodingRound(std::deque<PackedInsert> inserts) : inserts_(std::move(inserts)) {
  if (!is_worth_a_thread(inserts_)) return;
  try {
    thread_ = background_thread("fnstore-encode", [this] { encode(); });
  } catch (const std::exception&) {
    // No thread, or no memory for one: finish() does without.
  }
}

EncodingRound::~EncodingRound() {
  next_.store(inserts_.size());
  if (thread_.joinable()) thread_.join();
}

void EncodingRound::encode() noexcept {
  for (std::size_t at = next_++; at < inserts_.size(); at = next_++) {
    PackedInsert& insert = inserts_[at];
    try {
      insert.change = insert.plan.encode();
    } catch (...) {
      insert.failure = std::current_exception();
    }
  }
}

std::deque<PackedInsert>& EncodingRound::finish() {
  encode();
  if (thread_.joinable()) thread_.join();
  for (const PackedInsert& insert : inserts_) {
    if (insert.failure) std::rethrow_exception(insert.failure);
  }
  return inserts_;
}

}  // namespace fnstore::sqlite
