#include "peers/packed_call.h"

#include "fnstore/call_id.h"
#include "fnstore/error.h"
#include "fnstore/json.h"

#include <algorithm>
#include <chrono>
#include <fmt/format.h>

namespace fnstore::bench {
namespace {

void append_varint(std::uint64_t value, std::string& out) {
  while (value >= 0x80) {
    out += static_cast<char>(value | 0x80);
    value >>= 7;
  }
  out += static_cast<char>(value);
}

/// Small numbers of either sign become small ones without a sign.
std::uint64_t zigzag(std::int64_t value) {
  return (static_cast<std::uint64_t>(value) << 1) ^ static_cast<std::uint64_t>(value >> 63);
}

std::int64_t unzigzag(std::uint64_t value) {
  return static_cast<std::int64_t>(value >> 1) ^ -static_cast<std::int64_t>(value & 1);
}

class Reader {
 public:
  explicit Reader(std::string_view bytes) : bytes_(bytes) {}

  std::uint64_t varint() {
    std::uint64_t value = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      const auto byte = static_cast<std::uint8_t>(text(1).front());
      value |= std::uint64_t{byte & 0x7FU} << shift;
      if (byte < 0x80) return value;
    }
    throw Error(Errc::corrupt, "a packed call has a number that does not end");
  }

  std::string_view text(std::size_t size) {
    if (bytes_.size() < size) throw Error(Errc::corrupt, "a packed call was cut short");
    const std::string_view found = bytes_.substr(0, size);
    bytes_.remove_prefix(size);
    return found;
  }

 private:
  std::string_view bytes_;
};

void put_big_endian(std::uint64_t value, int bytes, char* to) {
  for (int i = bytes - 1; i >= 0; --i) {
    to[i] = static_cast<char>(value);
    value >>= 8;
  }
}

std::uint64_t big_endian(std::string_view bytes) {
  std::uint64_t value = 0;
  for (const char byte : bytes) value = value << 8 | static_cast<std::uint8_t>(byte);
  return value;
}

}  // namespace

PackedId pack_id(std::string_view id) {
  const auto parts = parse_call_id(id);
  if (!parts) throw Error(Errc::unsupported, fmt::format("a peer takes no foreign id: {}", id));
  PackedId packed;
  put_big_endian(parts->milliseconds, 6, packed.data());
  put_big_endian(parts->machine, 6, packed.data() + 6);
  put_big_endian(parts->counter, 4, packed.data() + 12);
  return packed;
}

std::string unpack_id(std::string_view bytes) {
  return format_call_id({big_endian(bytes.substr(0, 6)), big_endian(bytes.substr(6, 6)),
                         static_cast<std::uint32_t>(big_endian(bytes.substr(12, 4)))});
}

std::int64_t time_of_id(std::string_view packed) {
  return static_cast<std::int64_t>(big_endian(packed.substr(0, 6)));
}

void check_peers_take(const Call& call) {
  if (is_finished(call.status) && call.created_at && call.started_at && call.completed_at) return;
  throw Error(Errc::unsupported, "peers take finished calls with all times alone: " + call.id);
}

void append_packed(const PackedCall& call, std::int64_t id_time, std::string& out) {
  out +=
      static_cast<char>(static_cast<unsigned>(call.status) | static_cast<unsigned>(call.type) << 3 |
                        (call.stats.empty() ? 0U : 1U) << 6);
  append_varint(zigzag(call.created_at - id_time), out);
  append_varint(zigzag(call.started_at - call.created_at), out);
  append_varint(zigzag(call.completed_at - call.started_at), out);
  append_varint(call.app, out);
  append_varint(call.error.size(), out);
  out += call.error;
  if (call.stats.empty()) return;
  append_varint(call.stats.size(), out);
  out += call.stats;
}

PackedCall read_packed(std::string_view bytes, std::int64_t id_time) {
  Reader reader(bytes);
  const auto kinds = static_cast<std::uint8_t>(reader.text(1).front());
  PackedCall call;
  call.status = static_cast<Status>(kinds & 7U);
  call.type = static_cast<CallType>(kinds >> 3 & 7U);
  call.created_at = id_time + unzigzag(reader.varint());
  call.started_at = call.created_at + unzigzag(reader.varint());
  call.completed_at = call.started_at + unzigzag(reader.varint());
  call.app = static_cast<std::uint32_t>(reader.varint());
  call.error = reader.text(reader.varint());
  if ((kinds >> 6 & 1U) != 0) call.stats = reader.text(reader.varint());
  return call;
}

bool matches(const CallFilter& filter, const PackedCall& call, std::optional<std::uint32_t> app) {
  const Timestamp created{std::chrono::milliseconds{call.created_at}};
  if (filter.from_time && created <= *filter.from_time) return false;
  if (filter.to_time && created >= *filter.to_time) return false;
  if (!filter.status.empty() && std::ranges::find(filter.status, call.status) == end(filter.status))
    return false;
  if (filter.type && call.type != *filter.type) return false;
  if (!filter.app_id.empty() && app != call.app) return false;
  return filter.error.empty() || call.error.find(filter.error) != std::string_view::npos;
}

void fill(Call& call, const PackedCall& packed) {
  const auto at = [](std::int64_t since_1970) {
    return Timestamp{std::chrono::milliseconds{since_1970}};
  };
  call.type = packed.type;
  call.status = packed.status;
  call.error = packed.error;
  call.created_at = at(packed.created_at);
  call.started_at = at(packed.started_at);
  call.completed_at = at(packed.completed_at);
  if (!packed.stats.empty()) call.stats = stats_from_json(packed.stats);
}

std::int64_t milliseconds_of(const std::optional<Timestamp>& time) {
  return time.value_or(Timestamp{}).time_since_epoch().count();
}

}  // namespace fnstore::bench
