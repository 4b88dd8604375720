#include "ledger.h"

#include <fmt/format.h>

void Ledger::begin(Contents contents) {
  base_ = contents;
  contents_ = std::move(contents);
  effects_.clear();
  acknowledged_ = 0;
}

void Ledger::apply(Contents& contents, const Changes& changes) {
  for (const auto& [key, value] : changes) {
    if (value) {
      contents[key] = *value;
    } else {
      contents.erase(key);
    }
  }
}

void Ledger::note(Changes changes, Ending ending) {
  if (ending == Ending::refused) return;
  if (ending == Ending::acknowledged || ending == Ending::buffered) {
    apply(contents_, changes);
    ++acknowledged_;
  }
  effects_.push_back({std::move(changes), ending});
}

void Ledger::note_written() {
  for (Effect& effect : effects_) {
    if (effect.ending == Ending::buffered) effect.ending = Ending::acknowledged;
  }
}

/// Whether `found` is `whole` with any part of the changes, which only remove.
bool Ledger::is_partly(const Contents& found, Contents whole, const Changes& changes) {
  for (const auto& [key, value] : changes) {
    if (!found.contains(key)) whole.erase(key);
  }
  return found == whole;
}

std::string Ledger::compare(const Contents& found, bool all) const {
  // Before an effect in doubt, and after it, are the only choices: it is the last one, or was
  // followed by others and then did not happen, since the thread had looked.
  Contents contents = base_;
  std::size_t last_acknowledged = 0;
  for (std::size_t at = 0; at < effects_.size(); ++at) {
    if (effects_[at].ending == Ending::acknowledged) last_acknowledged = at + 1;
  }
  for (std::size_t at = 0; at <= effects_.size(); ++at) {
    const bool complete = !all || at >= last_acknowledged;
    if (complete && found == contents) return {};
    if (at == effects_.size()) break;
    const Effect& effect = effects_[at];
    const bool may_be_last = !all || at + 1 >= last_acknowledged;
    if (effect.ending == Ending::partly || (effect.ending == Ending::acknowledged && !all)) {
      const bool only_removes = effect.changes.size() > 1 && !effect.changes.front().second;
      if (only_removes && may_be_last && is_partly(found, contents, effect.changes)) return {};
    }
    if (effect.ending == Ending::partly) {
      // What it left out of its work it left for good only where the thread saw it.
      for (const auto& [key, value] : effect.changes) {
        if (!found.contains(key)) contents.erase(key);
      }
      continue;
    }
    if (effect.ending == Ending::in_doubt) {
      if (!may_be_last) continue;
      Contents with = contents;
      apply(with, effect.changes);
      if (found == with) return {};
      continue;
    }
    apply(contents, effect.changes);
  }
  return difference(contents_, found);
}

std::string difference(const Contents& wanted, const Contents& found) {
  for (const auto& [key, record] : wanted) {
    const auto at = found.find(key);
    if (at == found.end()) return fmt::format("call {} of {} is lost", key.second, key.first);
    if (at->second != record) {
      return fmt::format("call {} of {} is another: {} instead of {}", key.second, key.first,
                         fnstore::to_json(at->second.call), fnstore::to_json(record.call));
    }
  }
  for (const auto& [key, record] : found) {
    if (!wanted.contains(key)) {
      return fmt::format("call {} of {} should not be there", key.second, key.first);
    }
  }
  return "the same, yet not possible";
}
