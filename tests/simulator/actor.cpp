#include "actor.h"

#include <fmt/format.h>
#include <stdexcept>
#include <utility>

using namespace fnstore;

std::string prefix_of(std::size_t number) {
  return fmt::format("t{}-", number);
}

std::string backup_path(const std::string& folder, std::size_t number) {
  return fmt::format("{}/copy-{}.db", folder, number);
}

bool is_finished(const Call& call) {
  return call.status == Status::success || call.status == Status::error ||
         call.status == Status::cancelled;
}

Actor::Actor(Stage stage, Ledger& ledger, std::size_t number)
    : stage_(std::move(stage)), ledger_(ledger), number_(number) {}

void Actor::run(const Script& script) {
  for (const Operation& operation : script) {
    if (stage_.disk.stopped() || lost_track_) return;
    try {
      operate(operation);
    } catch (const std::exception& error) {
      throw std::runtime_error(
          fmt::format("thread {}, {}: {}", number_, name_of(operation.kind), error.what()));
    }
  }
}

void Actor::operate(const Operation& operation) {
  Random random(operation.seed);
  switch (operation.kind) {
    case Kind::insert:
      return insert(1, random.chance(500), random);
    case Kind::batch:
      return insert(2 + random.below(150), random.chance(800), random);
    case Kind::bulk:
      return insert(4'096, true, random);
    case Kind::replace:
      return replace(random);
    case Kind::transition:
      return transition(random);
    case Kind::put_log:
      return put_log(random);
    case Kind::remove:
      return remove(random);
    case Kind::find:
      return find(random);
    case Kind::list:
      return list(random);
    case Kind::prune:
      return prune(random);
    case Kind::pack:
      ending_of([&] { stage_.store.pack(); });
      return;
    case Kind::compact:
      ending_of([&] { stage_.store.compact(); });
      return;
    case Kind::statistics:
      return statistics();
    case Kind::backup:
      return back_up();
    case Kind::flush:
      return flush();
    default:
      return operate_on_queue(operation.kind, random);
  }
}

void Actor::check_explained(const Error& error) const {
  const DiskRules& rules = stage_.life.rules;
  const bool failing =
      stage_.disk.stopped() || rules.errors + rules.full + rules.bad_syncs + rules.memory > 0;
  const bool explained =
      error.code() == Errc::io || error.code() == Errc::full || error.code() == Errc::in_doubt;
  if (failing && explained) return;
  throw std::runtime_error(
      fmt::format("unexpected error {}: {}", to_string(error.code()), error.what()));
}

Ending Actor::ending_of(const std::function<void()>& write) {
  try {
    write();
    return Ending::acknowledged;
  } catch (const Error& error) {
    check_explained(error);
    return error.code() == Errc::in_doubt ? Ending::in_doubt : Ending::refused;
  }
}

bool Actor::reads(const std::function<void()>& read) {
  if (ending_of(read) != Ending::acknowledged) return false;
  // What was buffered at the end of the life may be lost, and this may be after it.
  return !buffers() || !stage_.disk.stopped();
}

void Actor::note(Ledger::Changes changes, Ending ending) {
  ledger_.note(std::move(changes), ending);
  lost_track_ = ending == Ending::in_doubt || ending == Ending::partly;
}

std::string Actor::function(Random& random) const {
  return prefix_of(number_) + std::string(1, static_cast<char>('a' + random.below(3)));
}

CallRecord Actor::new_record(const std::string& fn_id, bool finished, Random& random) {
  CallRecord record;
  Call& call = record.call;
  call.fn_id = fn_id;
  // In falling order as well, so that blocks are merged in the middle.
  const std::size_t number = random.chance(200) ? 99'999 - made_ : made_;
  call.id = fmt::format("{:05}-{}-{}", number, stage_.tag, number_);
  ++made_;
  call.created_at =
      Timestamp(std::chrono::milliseconds(1'600'000'000'000 + static_cast<std::int64_t>(made_)));
  call.started_at = call.created_at;
  call.status = finished ? Status::success : Status::running;
  if (finished) call.completed_at = *call.created_at + std::chrono::milliseconds(random.below(99));
  if (random.chance(200)) call.app_id = fmt::format("app-{}", random.below(4));
  if (random.chance(100)) call.payload = std::string(random.below(3'000), 'p');
  if (random.chance(100)) record.log = fmt::format("log of {}", call.id);
  return record;
}

std::optional<Key> Actor::pick(Random& random,
                               const std::function<bool(const KeptCall&)>& fits) const {
  const Contents& contents = ledger_.contents();
  if (contents.empty()) return std::nullopt;
  auto at = std::next(contents.begin(), static_cast<std::ptrdiff_t>(random.below(contents.size())));
  for (std::size_t tried = 0; tried < contents.size(); ++tried) {
    if (fits(at->second)) return at->first;
    if (++at == contents.end()) at = contents.begin();
  }
  return std::nullopt;
}
