#include "fnstore/error.h"
#include "fnstore/json.h"

#include "model/quote.h"
#include "random_record.h"

#include <boost/json.hpp>
#include <catch2/catch.hpp>
#include <random>

using namespace fnstore;

TEST_CASE("random records come back from their JSON as they were") {
  const auto seed = std::random_device{}();
  INFO("seed " << seed);
  std::mt19937_64 random(seed);
  for (int i = 0; i < 5'000; ++i) {
    const CallRecord record = random_record(random);
    const std::string text = to_json(record);
    INFO(text);
    REQUIRE(text.find('\n') == std::string::npos);
    const CallRecord again = record_from_json(text);
    REQUIRE(again.call == record.call);
    REQUIRE(again.log == record.log);
    REQUIRE(to_json(again) == text);
    REQUIRE(stats_from_json(to_json(record.call.stats)) == record.call.stats);
  }
}

TEST_CASE("another parser agrees with what is written") {
  const auto seed = std::random_device{}();
  INFO("seed " << seed);
  std::mt19937_64 random(seed);
  for (int i = 0; i < 1'000; ++i) {
    const CallRecord record = random_record(random);
    const std::string text = to_json(record);
    INFO(text);
    const boost::json::object object = boost::json::parse(text).as_object();
    const auto field = [&](const char* name) -> std::string_view {
      const boost::json::value* value = object.if_contains(name);
      return value == nullptr ? std::string_view{} : std::string_view(value->as_string());
    };
    REQUIRE(field("id") == record.call.id);
    REQUIRE(field("app_name") == record.call.app_name);
    REQUIRE(field("error") == record.call.error);
    REQUIRE(field("image") == record.call.image);
    const bool text_log = record.log && is_valid_utf8(*record.log);
    REQUIRE(field("log") == (text_log ? std::string_view(*record.log) : ""));
    REQUIRE(object.contains("log_base64") == (record.log && !text_log));
    REQUIRE(object.contains("config") == !record.call.config.empty());
  }
}

TEST_CASE("a line that is damaged is refused or read, and what is read can be written") {
  const auto seed = std::random_device{}();
  INFO("seed " << seed);
  std::mt19937_64 random(seed);
  int refused = 0;
  for (int i = 0; i < 20'000; ++i) {
    std::string text = to_json(random_record(random));
    for (std::uint64_t count = 1 + random() % 3; count > 0; --count) {
      const std::size_t at = random() % text.size();
      switch (random() % 3) {
        case 0:
          text[at] = static_cast<char>(random());
          break;
        case 1:
          text.erase(at, 1 + random() % 8);
          break;
        default:
          text.insert(at, text.substr(random() % text.size(), random() % 20));
          break;
      }
      if (text.empty()) text = "x";
    }
    INFO(quote(text));
    try {
      const CallRecord record = record_from_json(text);
      REQUIRE(record_from_json(to_json(record)).call == record.call);
    } catch (const Error& error) {
      ++refused;
      REQUIRE(error.code() == Errc::invalid);
      REQUIRE(is_valid_utf8(error.what()));
    }
  }
  CHECK(refused > 10'000);
}
