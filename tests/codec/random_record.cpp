#include "random_record.h"

#include "fnstore/limits.h"

#include <array>
#include <limits>
#include <string>

using namespace fnstore;

namespace {

class Draw {
 public:
  explicit Draw(std::mt19937_64& random) : random_(random) {}

  bool one_in(std::uint64_t n) { return random_() % n == 0; }
  std::uint64_t below(std::uint64_t n) { return random_() % n; }

  template <typename Number>
  Number number(Number most) {
    switch (below(4)) {
      case 0:
        return 0;
      case 1:
        return most;
      default:
        return static_cast<Number>(random_() % (std::uint64_t(most) + (most < ~Number{0})));
    }
  }

  std::string printable() {
    static const std::array<std::string, 10> pieces{"a", "B7", " ", "\"",     "\\",
                                                    "/", "é",  "🚀", "\u2028", "<&>"};
    return joined(pieces, 12);
  }

  std::string id() {
    std::string text = printable();
    return text.empty() ? "x" : text;
  }

  std::string text() {
    static const std::array<std::string, 12> pieces{
        "word ", "\n",   "\t",     "\"",     "\\", std::string(1, '\0'),
        "\x1F",  "\x7F", "\u2028", "\u0085", "🚀",  "\\u0000"};
    return joined(pieces, 20);
  }

  std::string bytes() {
    if (one_in(2)) return text();
    std::string bytes(below(40), '\0');
    for (char& byte : bytes) byte = static_cast<char>(random_());
    return bytes;
  }

  Timestamp time() {
    const std::int64_t least = earliest_timestamp.time_since_epoch().count() + 1;
    const std::int64_t most = latest_timestamp.time_since_epoch().count();
    return Timestamp{std::chrono::milliseconds{
        std::uniform_int_distribution<std::int64_t>(least, most)(random_)}};
  }

  std::optional<Timestamp> maybe_time() { return one_in(3) ? std::nullopt : std::optional(time()); }

  Stats stats() {
    Stats stats;
    Timestamp at{std::chrono::milliseconds{static_cast<std::int64_t>(below(1'554'422'700'000))}};
    for (std::uint64_t count = one_in(2) ? 0 : below(5); count > 0; --count) {
      Sample sample{at, {}};
      for (std::uint64_t metrics = below(4); metrics > 0; --metrics) {
        sample.metrics[id()] = number(~std::uint64_t{0});
      }
      stats.push_back(sample);
      at += std::chrono::milliseconds{static_cast<std::int64_t>(below(3'000))};
    }
    return stats;
  }

  std::string json() {
    static const std::array<std::string, 9> values{
        "1",     "-1.50e+3", "\"a\\u0000\\n\"",        "null", "{\"a\":[1,{}],\"\":\"\"}", "[true]",
        "1e999", "\"é\"",    "12345678901234567890123"};
    return values[below(values.size())];
  }

 private:
  template <typename Pieces>
  std::string joined(const Pieces& pieces, std::uint64_t most) {
    std::string text;
    for (std::uint64_t count = one_in(4) ? 0 : below(most); count > 0; --count) {
      text += pieces[below(pieces.size())];
    }
    return text;
  }

  std::mt19937_64& random_;
};

void fill_request(Call& call, Draw& draw) {
  call.image = draw.text();
  call.delay = draw.number<std::int32_t>(limits::max_seconds);
  call.payload = draw.bytes();
  call.url = draw.text();
  call.method = draw.text();
  call.priority = draw.number<std::int32_t>(2);
  call.timeout = draw.number<std::int32_t>(limits::max_seconds);
  call.idle_timeout = draw.number<std::int32_t>(limits::max_seconds);
  call.tmpfs_size = draw.number(std::numeric_limits<std::uint32_t>::max());
  call.memory = draw.number<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
  call.cpus = {draw.number<std::int32_t>(limits::max_milli_cpus)};
  for (std::uint64_t count = draw.below(3); count > 0; --count) {
    call.config[draw.text()] = draw.text();
    call.annotations[draw.text()] = draw.json();
    auto& values = call.headers[draw.text()];
    for (std::uint64_t each = draw.below(3); each > 0; --each) values.push_back(draw.text());
  }
  call.syslog_url = draw.text();
}

}  // namespace

CallRecord random_record(std::mt19937_64& random) {
  Draw draw(random);
  CallRecord record;
  Call& call = record.call;
  call.id = draw.id();
  call.fn_id = draw.id();
  call.app_id = draw.printable();
  call.app_name = draw.printable();
  call.trigger_id = draw.printable();
  call.type = static_cast<CallType>(draw.below(call_type_count));
  call.status = static_cast<Status>(draw.below(status_count));
  if (call.status == Status::error || call.status == Status::cancelled) call.error = draw.text();
  call.created_at = draw.maybe_time();
  call.started_at = draw.maybe_time();
  call.completed_at = draw.maybe_time();
  call.stats = draw.stats();
  if (!draw.one_in(3)) fill_request(call, draw);
  if (!draw.one_in(3)) record.log = draw.bytes();
  return record;
}
