#include "peers/ordered_engine.h"

#include "fnstore/error.h"
#include "fnstore/json.h"
#include "fnstore/limits.h"

#include "peers/peer_pages.h"

#include <algorithm>
#include <cstring>

namespace fnstore::bench {
namespace {

constexpr char function_letter = 'f';
constexpr char app_letter = 'a';
constexpr std::size_t prune_batch = 10'000;

std::string big_endian(std::uint32_t number) {
  std::string text(4, '\0');
  for (std::size_t i = 0; i < 4; ++i) text[i] = static_cast<char>(number >> (24 - 8 * i));
  return text;
}

std::uint32_t number_in(std::string_view bytes) {
  std::uint32_t number = 0;
  for (const char byte : bytes.substr(0, 4)) number = number << 8 | static_cast<std::uint8_t>(byte);
  return number;
}

/// Just above the newest call the filter may take of this function.
std::string upper_key(std::uint32_t function, const std::string& cursor_id, bool at_cursor_too) {
  if (cursor_id.empty()) return big_endian(function + 1);
  const PackedId id = pack_id(cursor_id);
  std::string key = big_endian(function) + std::string(id.data(), id.size());
  if (at_cursor_too) key += '\0';
  return key;
}

std::string_view id_in(std::string_view key) {
  return key.substr(4);
}

}  // namespace

OrderedEngine::OrderedEngine(std::unique_ptr<OrderedStore> store) : store_(std::move(store)) {
  restore_names();
}

void OrderedEngine::restore_names() {
  const auto reader = store_->read();
  const std::string end = big_endian(1);
  for (bool there = reader->seek(big_endian(0)); there && reader->key() < end;
       there = reader->next()) {
    NameNumbers& names = reader->key()[4] == function_letter ? functions_ : apps_;
    names.restore(number_in(reader->key().substr(5)), std::string(reader->value()));
  }
}

void OrderedEngine::add_names(NameNumbers& names, char kind,
                              std::span<const std::string_view> wanted) {
  names.add(wanted, [&](std::span<const NameNumbers::Named> fresh) {
    std::vector<std::pair<std::string, std::string>> pairs;
    for (const auto& [number, name] : fresh) {
      pairs.emplace_back(big_endian(0) + kind + big_endian(number), name);
    }
    store_->put(pairs);
  });
}

void OrderedEngine::insert(std::span<const Call> calls) {
  std::vector<std::string_view> functions;
  std::vector<std::string_view> apps;
  for (const Call& call : calls) {
    check_peers_take(call);
    functions.push_back(call.fn_id);
    apps.push_back(call.app_id);
  }
  add_names(functions_, function_letter, functions);
  add_names(apps_, app_letter, apps);
  OrderedPairs pairs;
  pairs.keys.reserve(calls.size());
  pairs.ends.reserve(calls.size());
  for (const Call& call : calls) {
    const PackedId id = pack_id(call.id);
    OrderedKey& key = pairs.keys.emplace_back();
    std::memcpy(key.data(), big_endian(functions_.number(call.fn_id)).data(), 4);
    std::memcpy(key.data() + 4, id.data(), id.size());
    const std::string stats = call.stats.empty() ? std::string() : to_json(call.stats);
    append_packed({milliseconds_of(call.created_at), milliseconds_of(call.started_at),
                   milliseconds_of(call.completed_at), call.status, call.type,
                   apps_.number(call.app_id), call.error, stats},
                  time_of_id({id.data(), id.size()}), pairs.bytes);
    pairs.ends.push_back(pairs.bytes.size());
  }
  store_->insert_new(pairs);
}

bool OrderedEngine::is_at(const OrderedReader& reader, std::uint32_t function) {
  return number_in(reader.key()) == function;
}

std::optional<PackedCall> OrderedEngine::go_to_match(OrderedReader& reader, std::uint32_t function,
                                                     const CallFilter& filter,
                                                     std::optional<std::uint32_t> app) const {
  do {
    if (!is_at(reader, function)) return std::nullopt;
    const PackedCall packed = read_packed(reader.value(), time_of_id(id_in(reader.key())));
    if (matches(filter, packed, app)) return packed;
  } while (reader.previous());
  return std::nullopt;
}

Call OrderedEngine::call_at(const OrderedReader& reader, const PackedCall& packed) const {
  Call call;
  call.id = unpack_id(id_in(reader.key()));
  call.fn_id = functions_.name(number_in(reader.key()));
  call.app_id = apps_.name(packed.app);
  fill(call, packed);
  return call;
}

CallList OrderedEngine::list_function(const CallFilter& filter, std::size_t wanted) const {
  CallList page;
  const auto function = functions_.find(filter.fn_id);
  if (!function) return page;
  const auto app = apps_.find(filter.app_id);
  reserve_page(page, wanted);
  const std::string cursor = filter.cursor.empty() ? "" : decode_cursor(filter.cursor).id;
  const auto reader = store_->read();
  bool there = reader->seek_below(upper_key(*function, cursor, false));
  while (there && page.items.size() < wanted) {
    const auto packed = go_to_match(*reader, *function, filter, app);
    if (!packed) break;
    page.items.push_back(call_at(*reader, *packed));
    if (page.items.size() < wanted) there = reader->previous();
  }
  return page;
}

CallList OrderedEngine::list_all(const CallFilter& filter, std::size_t wanted) const {
  CursorPosition cursor;
  if (!filter.cursor.empty()) cursor = decode_cursor(filter.cursor);
  const auto app = apps_.find(filter.app_id);
  const auto reader = store_->read();
  return merge_functions(functions_, cursor, wanted,
                         [&](std::uint32_t function, const std::string& id, bool at_id) {
                           std::optional<Call> found;
                           if (!reader->seek_below(upper_key(function, id, at_id))) return found;
                           if (const auto packed = go_to_match(*reader, function, filter, app)) {
                             found = call_at(*reader, *packed);
                           }
                           return found;
                         });
}

CallList OrderedEngine::list(const CallFilter& filter) const {
  const std::size_t wanted = filter.per_page == 0 ? limits::default_page : filter.per_page;
  CallList page = filter.fn_id.empty() ? list_all(filter, wanted) : list_function(filter, wanted);
  set_next_cursor(page, filter, wanted);
  return page;
}

Engine::Counts OrderedEngine::count() const {
  Counts counts;
  std::uint32_t last = 0;
  const auto reader = store_->read();
  for (bool there = reader->seek(big_endian(1)); there; there = reader->next()) {
    ++counts.calls;
    const std::uint32_t function = number_in(reader->key());
    if (function != last) ++counts.functions;
    last = function;
  }
  return counts;
}

std::uint64_t OrderedEngine::prune(Timestamp before) {
  CallFilter older;
  older.to_time = before;
  std::uint64_t removed = 0;
  std::string from = big_endian(1);
  while (!from.empty()) {
    // A reader that stays open would keep LMDB from using removed pages again.
    const std::vector<std::string> keys = next_matches(older, from);
    store_->remove(keys);
    removed += keys.size();
  }
  store_->compact();
  return removed;
}

std::vector<std::string> OrderedEngine::next_matches(const CallFilter& filter,
                                                     std::string& from) const {
  std::vector<std::string> keys;
  const auto reader = store_->read();
  for (bool there = reader->seek(from); there; there = reader->next()) {
    if (keys.size() == prune_batch) {
      from = reader->key();
      return keys;
    }
    const PackedCall packed = read_packed(reader->value(), time_of_id(id_in(reader->key())));
    if (matches(filter, packed, {})) keys.emplace_back(reader->key());
  }
  from.clear();
  return keys;
}

Engine::Summary OrderedEngine::summarize() const {
  std::vector<std::int64_t> run_ms;
  std::uint64_t errors = 0;
  const auto reader = store_->read();
  for (bool there = reader->seek(big_endian(1)); there; there = reader->next()) {
    const PackedCall packed = read_packed(reader->value(), time_of_id(id_in(reader->key())));
    run_ms.push_back(packed.completed_at - packed.started_at);
    errors += packed.status == Status::error ? 1 : 0;
  }
  return summary_of(run_ms, errors);
}

}  // namespace fnstore::bench
