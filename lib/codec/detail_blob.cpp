#include "codec/detail_blob.h"

#include "fnstore/limits.h"

#include "codec/bytes.h"
#include "codec/frame.h"

namespace fnstore::codec {
namespace {

constexpr const char* what = "the request fields of a call";

// Stored: never change. A field is its tag, then a varint or a text; a tag may stand once.
constexpr std::uint8_t detail_version = 1;
enum Tag : std::uint8_t {
  tag_image = 1,
  tag_delay = 2,
  tag_payload = 3,
  tag_url = 4,
  tag_method = 5,
  tag_priority = 6,
  tag_timeout = 7,
  tag_idle_timeout = 8,
  tag_tmpfs_size = 9,
  tag_memory = 10,
  tag_cpus = 11,
  tag_config = 12,
  tag_annotations = 13,
  tag_headers = 14,
  tag_syslog_url = 15,
};

constexpr std::size_t detail_limit = limits::payload_bytes + 8 * limits::map_bytes;

void put_number(std::string& out, Tag tag, std::uint64_t value) {
  if (value == 0) return;
  put_byte(out, tag);
  put_varint(out, value);
}

void put_field(std::string& out, Tag tag, std::string_view text) {
  if (text.empty()) return;
  put_byte(out, tag);
  put_text(out, text);
}

void put_map(std::string& out, Tag tag, const std::map<std::string, std::string>& map) {
  if (map.empty()) return;
  put_byte(out, tag);
  put_varint(out, map.size());
  for (const auto& [key, value] : map) {
    put_text(out, key);
    put_text(out, value);
  }
}

void put_headers(std::string& out, const Call& call) {
  if (call.headers.empty()) return;
  put_byte(out, tag_headers);
  put_varint(out, call.headers.size());
  for (const auto& [name, values] : call.headers) {
    put_text(out, name);
    put_varint(out, values.size());
    for (const std::string& value : values) put_text(out, value);
  }
}

std::map<std::string, std::string> read_map(ByteReader& in) {
  std::map<std::string, std::string> map;
  const std::size_t count = in.count(in.remaining());
  for (std::size_t i = 0; i < count; ++i) {
    std::string key(in.text(limits::map_bytes));
    map.insert_or_assign(std::move(key), std::string(in.text(limits::map_bytes)));
  }
  return map;
}

std::map<std::string, std::vector<std::string>> read_headers(ByteReader& in) {
  std::map<std::string, std::vector<std::string>> headers;
  const std::size_t count = in.count(in.remaining());
  for (std::size_t i = 0; i < count; ++i) {
    std::vector<std::string>& values = headers[std::string(in.text(limits::map_bytes))];
    const std::size_t value_count = in.count(in.remaining());
    for (std::size_t j = 0; j < value_count; ++j) values.emplace_back(in.text(limits::map_bytes));
  }
  return headers;
}

std::int32_t small(ByteReader& in) {
  return static_cast<std::int32_t>(in.count(INT32_MAX));
}

void read_field(ByteReader& in, Call& call) {
  switch (in.byte()) {
    case tag_image:
      call.image = in.text(limits::text_bytes);
      break;
    case tag_delay:
      call.delay = small(in);
      break;
    case tag_payload:
      call.payload = in.text(limits::payload_bytes);
      break;
    case tag_url:
      call.url = in.text(limits::text_bytes);
      break;
    case tag_method:
      call.method = in.text(limits::text_bytes);
      break;
    case tag_priority:
      call.priority = small(in);
      break;
    case tag_timeout:
      call.timeout = small(in);
      break;
    case tag_idle_timeout:
      call.idle_timeout = small(in);
      break;
    case tag_tmpfs_size:
      call.tmpfs_size = static_cast<std::uint32_t>(in.count(UINT32_MAX));
      break;
    case tag_memory:
      call.memory = in.varint();
      break;
    case tag_cpus:
      call.cpus.value = small(in);
      break;
    case tag_config:
      call.config = read_map(in);
      break;
    case tag_annotations:
      call.annotations = read_map(in);
      break;
    case tag_headers:
      call.headers = read_headers(in);
      break;
    case tag_syslog_url:
      call.syslog_url = in.text(limits::text_bytes);
      break;
    default:
      in.fail("hold an unknown field");
  }
}

std::uint64_t number(std::int32_t value) {
  return static_cast<std::uint64_t>(value);
}

}  // namespace

std::string encode_detail(const Call& call) {
  std::string out;
  put_field(out, tag_image, call.image);
  put_number(out, tag_delay, number(call.delay));
  put_field(out, tag_payload, call.payload);
  put_field(out, tag_url, call.url);
  put_field(out, tag_method, call.method);
  put_number(out, tag_priority, number(call.priority));
  put_number(out, tag_timeout, number(call.timeout));
  put_number(out, tag_idle_timeout, number(call.idle_timeout));
  put_number(out, tag_tmpfs_size, call.tmpfs_size);
  put_number(out, tag_memory, call.memory);
  put_number(out, tag_cpus, number(call.cpus.value));
  put_map(out, tag_config, call.config);
  put_map(out, tag_annotations, call.annotations);
  put_headers(out, call);
  put_field(out, tag_syslog_url, call.syslog_url);
  if (out.empty()) return out;
  out.insert(out.begin(), static_cast<char>(detail_version));
  return make_frame(out);
}

void decode_detail(std::string_view frame, Call& call) {
  const std::string bytes = open_frame(frame, detail_limit, what);
  if (bytes.empty()) return;
  ByteReader in(bytes, what);
  if (in.byte() != detail_version) in.fail("have an unknown version");
  while (in.remaining() > 0) read_field(in, call);
}

}  // namespace fnstore::codec
