#include "plan.h"

#include "random.h"

#include <array>
#include <fmt/format.h>

namespace {

struct Share {
  Kind kind;
  std::uint64_t weight;
};

constexpr std::array<Share, 21> shares{{
    {Kind::insert, 140},    {Kind::batch, 90},       {Kind::bulk, 3},     {Kind::replace, 40},
    {Kind::transition, 90}, {Kind::put_log, 40},     {Kind::remove, 40},  {Kind::find, 60},
    {Kind::list, 60},       {Kind::prune, 25},       {Kind::pack, 40},    {Kind::compact, 10},
    {Kind::statistics, 20}, {Kind::backup, 8},       {Kind::submit, 120}, {Kind::claim, 90},
    {Kind::settle, 100},    {Kind::late_settle, 12}, {Kind::cancel, 20},  {Kind::sweep, 15},
    {Kind::clock, 25},
}};

constexpr std::array<std::string_view, 22> names{
    "insert", "batch",       "bulk",   "replace", "transition", "put_log", "remove", "find",
    "list",   "prune",       "pack",   "compact", "statistics", "backup",  "submit", "claim",
    "settle", "late_settle", "cancel", "sweep",   "clock",      "flush",
};

Kind random_kind(Random& random) {
  std::uint64_t sum = 0;
  for (const Share& share : shares) sum += share.weight;
  std::uint64_t left = random.below(sum);
  for (const Share& share : shares) {
    if (left < share.weight) return share.kind;
    left -= share.weight;
  }
  return Kind::insert;
}

std::string_view name_of(fnstore::Durability durability) {
  switch (durability) {
    case fnstore::Durability::power_safe:
      return "power_safe";
    case fnstore::Durability::crash_safe:
      return "crash_safe";
    case fnstore::Durability::buffered:
      break;
  }
  return "buffered";
}

void add_faults(Life& life, Random& random) {
  switch (random.below(8)) {
    case 0:
      life.rules.errors = 1 + random.below(10);
      return;
    case 1:
      life.rules.full = 1 + random.below(60);
      return;
    case 2:
      life.rules.bad_syncs = 1 + random.below(100);
      return;
    case 3:
      life.rules.memory = 1 + random.below(60);
      return;
    case 4:
      life.rules.slow = random.below(100);
      return;
    default:
      return;
  }
}

/// Writes that are acknowledged at once may fail later, for reasons that only a flush tells: with
/// nothing but the end of the life to fail for, what is there must be all up to some moment.
void make_buffered(Life& life) {
  life.durability = fnstore::Durability::buffered;
  life.rules.errors = life.rules.full = life.rules.bad_syncs = life.rules.memory = 0;
  life.rules.power_cut = life.disk_seed % 4 == 0;  // what was flushed survives a death
  for (Script& script : life.scripts) {
    for (Operation& operation : script) {
      const bool is_inessential = operation.kind == Kind::statistics ||
                                  operation.kind == Kind::compact || operation.kind == Kind::find ||
                                  operation.kind == Kind::list;
      if (is_inessential && operation.seed % 4 != 0) operation.kind = Kind::flush;
    }
  }
}

/// Some lives are of another kind. Nothing is drawn for that: all else of a seed's plan stays as it
/// was when that seed broke a promise.
void vary(Life& life) {
  const std::uint64_t kind = (life.disk_seed >> 24U) % 16;
  if (kind < 2) make_buffered(life);
  life.restores = kind == 2;
  // A restored store of this size is whole after some hundred changes.
  if (life.restores) life.rules.stop_at = 1 + (life.disk_seed >> 32U) % 150;
}

Life make_life(Random& random, Control control) {
  Life life;
  if (random.chance(250)) life.durability = fnstore::Durability::crash_safe;
  life.background_packing = random.chance(400);
  life.pack_after = 5 + random.below(200);
  life.rules.power_cut = random.chance(850);
  if (random.chance(930)) life.rules.stop_at = random.spread(11);
  life.disk_seed = random.next();
  if (life.disk_seed % 4 == 0) life.rules.short_transfers = 100;
  add_faults(life, random);
  const std::size_t threads = random.chance(400) ? 1 : 2 + random.below(3);
  for (std::size_t i = 0; i < threads; ++i) {
    Script& script = life.scripts.emplace_back();
    const std::size_t operations = 3 + random.below(40);
    for (std::size_t n = 0; n < operations; ++n) {
      script.push_back({random_kind(random), random.next()});
    }
  }
  if (control == Control::none) vary(life);
  life.rules.lying = control == Control::lying_sync;
  life.rules.lying_log = control == Control::lying_log_sync;
  return life;
}

}  // namespace

std::string_view name_of(Kind kind) {
  return names.at(static_cast<std::size_t>(kind));
}

Plan make_plan(std::uint64_t seed, std::size_t lives, Control control) {
  Plan plan{seed, control, {}};
  Random random(seed);
  for (std::size_t i = 0; i < lives; ++i) plan.lives.push_back(make_life(random, control));
  return plan;
}

std::string describe(const Life& life) {
  const DiskRules& rules = life.rules;
  std::string text = fmt::format(
      "{}{}, packs after {}{}; {} at change {}; permille: errors {}, full {}, failed syncs {}; "
      "allocations {}\n",
      life.restores ? "restores, " : "", name_of(life.durability), life.pack_after,
      life.background_packing ? " in the background" : "", rules.power_cut ? "power cut" : "death",
      rules.stop_at, rules.errors, rules.full, rules.bad_syncs, rules.memory);
  for (const Script& script : life.scripts) {
    text += "   ";
    for (const Operation& operation : script) {
      text += fmt::format(" {}:{:x}", name_of(operation.kind), operation.seed & 0xffff);
    }
    text += '\n';
  }
  return text;
}
