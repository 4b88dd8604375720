#include "faults.h"

#include <array>
#include <atomic>

namespace faults {
namespace {

std::atomic<Faults*> current{nullptr};
thread_local int depth = 0;

constexpr std::array<std::string_view, 26> names{
    "open",       "read",         "write",    "truncate",
    "sync",       "remove",       "look",     "size",
    "grow",       "lock",         "unlock",   "map_index",
    "lock_index", "unlock_index", "allocate", "set_synchronous",
    "own_open",   "own_draft",    "own_link", "own_rename",
    "own_remove", "own_sync",     "own_lock", "own_reserve",
    "own_map",    "own_read",
};
static_assert(names.size() == static_cast<std::size_t>(Step::own_read) + 1);

}  // namespace

std::string_view name_of(Step step) noexcept {
  return names.at(static_cast<std::size_t>(step));
}

void set(Faults* faults) noexcept {
  current.store(faults);
}

bool ask(const StepCall& call, int& result) noexcept {
  Faults* const faults = current.load();
  if (faults == nullptr) return true;
  result = faults->before(call);
  return result == 0;
}

void tell(const StepCall& call) noexcept {
  if (Faults* const faults = current.load()) faults->after(call);
}

Beneath::Beneath() noexcept {
  ++depth;
}

Beneath::~Beneath() {
  --depth;
}

bool Beneath::now() noexcept {
  return depth > 0;
}

}  // namespace faults
