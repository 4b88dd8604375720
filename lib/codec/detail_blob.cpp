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

/// Writes fields that are not at their defaults.
class FieldWriter {
 public:
  explicit FieldWriter(std::string& out) : out_(out) {}

  void number(Tag tag, std::uint64_t value) {
    if (value == 0) return;
    put_byte(out_, tag);
    put_varint(out_, value);
  }

  void text(Tag tag, std::string_view text) {
    if (text.empty()) return;
    put_byte(out_, tag);
    put_text(out_, text);
  }

  template <typename Value>
  void map(Tag tag, const std::map<std::string, Value>& map) {
    if (map.empty()) return;
    put_byte(out_, tag);
    put_varint(out_, map.size());
    for (const auto& [key, value] : map) {
      put_text(out_, key);
      put_value(value);
    }
  }

 private:
  void put_value(const std::string& value) { put_text(out_, value); }
  void put_value(const std::vector<std::string>& values) {
    put_varint(out_, values.size());
    for (const std::string& value : values) put_text(out_, value);
  }

  std::string& out_;
};

/// Tells whether there would be anything to write.
struct FieldSearch {
  bool found = false;

  void number(Tag, std::uint64_t value) { found |= value != 0; }
  void text(Tag, std::string_view text) { found |= !text.empty(); }
  template <typename Map>
  void map(Tag, const Map& map) {
    found |= !map.empty();
  }
};

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

template <typename Visitor>
void visit_fields(const Call& call, Visitor& visitor) {
  visitor.text(tag_image, call.image);
  visitor.number(tag_delay, number(call.delay));
  visitor.text(tag_payload, call.payload);
  visitor.text(tag_url, call.url);
  visitor.text(tag_method, call.method);
  visitor.number(tag_priority, number(call.priority));
  visitor.number(tag_timeout, number(call.timeout));
  visitor.number(tag_idle_timeout, number(call.idle_timeout));
  visitor.number(tag_tmpfs_size, call.tmpfs_size);
  visitor.number(tag_memory, call.memory);
  visitor.number(tag_cpus, number(call.cpus.value));
  visitor.map(tag_config, call.config);
  visitor.map(tag_annotations, call.annotations);
  visitor.map(tag_headers, call.headers);
  visitor.text(tag_syslog_url, call.syslog_url);
}

}  // namespace

bool has_detail(const Call& call) {
  FieldSearch search;
  visit_fields(call, search);
  return search.found;
}

std::string encode_detail(const Call& call) {
  if (!has_detail(call)) return {};
  std::string out(1, static_cast<char>(detail_version));
  FieldWriter writer(out);
  visit_fields(call, writer);
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
