#include "actor.h"

#include <stdexcept>
#include <utility>
#include <vector>

using namespace fnstore;

namespace {

constexpr int most_tries = 3;

KeptCall kept(const CallRecord& record) {
  return {record.call, record.log};
}

std::vector<Call> calls_of(const std::vector<CallRecord>& records) {
  std::vector<Call> calls;
  calls.reserve(records.size());
  for (const CallRecord& record : records) calls.push_back(record.call);
  return calls;
}

}  // namespace

/// A new id each, so that "it exists already" can only be said of a try before.
void Actor::insert(std::size_t size, bool finished, Random& random) {
  const std::string fn_id = function(random);
  const bool one_function = size > 150 || random.chance(500);
  std::vector<CallRecord> records;
  Ledger::Changes changes;
  for (std::size_t i = 0; i < size; ++i) {
    records.push_back(new_record(one_function ? fn_id : function(random), finished, random));
    if (buffers()) records.back().log.reset();  // with one, it is written at once
    changes.emplace_back(Key{records.back().call.fn_id, records.back().call.id},
                         kept(records.back()));
  }
  const auto write = [&] {
    if (buffers()) return stage_.store.insert(calls_of(records));
    stage_.store.insert(records, OnConflict::error);
  };
  Ending ending = ending_of(write);
  for (int tried = 1; tried < most_tries && ending == Ending::in_doubt; ++tried) {
    if (stage_.disk.stopped()) break;
    const Ending again = ending_of([&] {
      try {
        write();
      } catch (const Error& error) {
        if (error.code() != Errc::conflict) throw;  // else the first try got through
      }
    });
    if (again == Ending::acknowledged) ending = again;
  }
  if (buffers() && ending == Ending::acknowledged) ending = Ending::buffered;
  note(std::move(changes), ending);
}

void Actor::replace(Random& random) {
  const auto key = pick(random, [](const KeptCall&) { return true; });
  if (!key) return;
  CallRecord record = new_record(key->first, random.chance(700), random);
  record.call.id = key->second;
  const Ending ending =
      ending_of([&] { stage_.store.insert(std::span(&record, 1), OnConflict::replace); });
  note({{*key, kept(record)}}, ending);
}

void Actor::transition(Random& random) {
  const auto key =
      pick(random, [](const KeptCall& one) { return one.call.status == Status::running; });
  if (!key) return;
  KeptCall wanted = ledger_.contents().at(*key);
  Transition step{.to = random.chance(700) ? Status::success : Status::error};
  step.at = *wanted.call.created_at + std::chrono::milliseconds(random.below(5'000));
  if (step.to == Status::error) step.error = "bad_exit: 1";
  wanted.call.status = step.to;
  wanted.call.completed_at = step.at;
  wanted.call.error = step.error;
  const Ending ending = ending_of([&] {
    stage_.store.transition({key->first, key->second}, step);
  });
  note({{*key, wanted}}, ending);
}

void Actor::put_log(Random& random) {
  const auto key = pick(random, [](const KeptCall&) { return true; });
  if (!key) return;
  KeptCall wanted = ledger_.contents().at(*key);
  wanted.log = std::string(random.below(5'000), 'l');
  Ending ending = ending_of([&] { stage_.store.put_log({key->first, key->second}, *wanted.log); });
  if (buffers() && ending == Ending::acknowledged) ending = Ending::buffered;
  note({{*key, wanted}}, ending);
}

void Actor::remove(Random& random) {
  const auto key = pick(random, [](const KeptCall& one) { return is_finished(one.call); });
  if (!key) return;
  const Ending ending = ending_of([&] { stage_.store.remove({key->first, key->second}); });
  note({{*key, std::nullopt}}, ending);
}

void Actor::prune(Random& random) {
  PruneRequest request{.fn_id = function(random)};
  request.keep_last = random.below(40);
  Ledger::Changes changes;
  std::uint64_t newer = 0;
  const Contents& contents = ledger_.contents();
  for (auto at = contents.rbegin(); at != contents.rend(); ++at) {
    if (at->first.first != request.fn_id || !is_finished(at->second.call)) continue;
    if (++newer > *request.keep_last) changes.emplace_back(at->first, std::nullopt);
  }
  std::uint64_t gone = changes.size();
  const Ending ending = ending_of([&] { gone = stage_.store.prune(request).calls; });
  const bool done = ending == Ending::acknowledged;
  if (done && gone != changes.size()) throw std::runtime_error("it counts otherwise");
  note(std::move(changes), done ? ending : Ending::partly);
}

void Actor::flush() {
  const bool done = ending_of([&] { stage_.store.flush(); }) == Ending::acknowledged;
  // At the end of the life another thread's flush may be the one that was told of the failure.
  if (done && !stage_.disk.stopped()) ledger_.note_written();
}
