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

constexpr std::array<std::string_view, 21> names{
    "insert", "batch", "bulk",   "replace",     "transition", "put_log",    "remove",
    "find",   "list",  "prune",  "pack",        "compact",    "statistics", "backup",
    "submit", "claim", "settle", "late_settle", "cancel",     "sweep",      "clock",
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
      "{}, packs after {}{}; {} at change {}; permille: errors {}, full {}, failed syncs {}; "
      "allocations {}\n",
      life.durability == fnstore::Durability::power_safe ? "power_safe" : "crash_safe",
      life.pack_after, life.background_packing ? " in the background" : "",
      rules.power_cut ? "power cut" : "death", rules.stop_at, rules.errors, rules.full,
      rules.bad_syncs, rules.memory);
  for (const Script& script : life.scripts) {
    text += "   ";
    for (const Operation& operation : script) {
      text += fmt::format(" {}:{:x}", name_of(operation.kind), operation.seed & 0xffff);
    }
    text += '\n';
  }
  return text;
}
