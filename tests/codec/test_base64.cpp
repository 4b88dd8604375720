#include "codec/base64.h"
#include "refusal.h"

#include <catch2/catch.hpp>
#include <random>
#include <string>
#include <utility>
#include <vector>

using namespace fnstore;

TEST_CASE("the examples of RFC 4648") {
  const std::vector<std::pair<std::string, std::string>> examples{
      {"", ""},
      {"f", "Zg=="},
      {"fo", "Zm8="},
      {"foo", "Zm9v"},
      {"foob", "Zm9vYg=="},
      {"fooba", "Zm9vYmE="},
      {"foobar", "Zm9vYmFy"},
      {"\xFB\xFF\xBF", "+/+/"},
  };
  for (const auto& [bytes, text] : examples) {
    CHECK(encode_base64(bytes) == text);
    CHECK(decode_base64(text) == bytes);
  }
  CHECK(encode_base64url("\xFB\xFF\xBF") == "-_-_");
  CHECK(encode_base64url("fo") == "Zm8");
  CHECK(decode_base64url("Zm8") == "fo");
  CHECK(decode_base64url("") == "");
}

TEST_CASE("base64 that is not canonical is refused") {
  for (const char* text : {"Z",     "Zg",   "Zg=",  "Zm8",      "Zg==Zg==", "Zg===", "=",
                           "==",    "====", "Z===", "Zh==",     "Zm9=",     "Zm 9v", "Zm9v\n",
                           " Zm9v", "Zm-v", "Zm_v", "Zm9v====", "Zg=a",     "Z=g=",  "Zm9vé"}) {
    INFO(text);
    CHECK(refusal([&] { decode_base64(text); }) ==
          "invalid: the " + std::to_string(std::string(text).size()) +
              " characters are not canonical base64 with padding (RFC 4648, section 4)");
  }
  for (const char* text :
       {"Z", "Zh", "Zm9", "Zg==", "Zg=", "Zm+v", "Zm/v", "Zm9v ", "Zm9v\n", "é"}) {
    INFO(text);
    CHECK_FALSE(decode_base64url(text).has_value());
  }
  CHECK_FALSE(decode_base64url(std::string("Zg\0", 3)).has_value());
}

TEST_CASE("random bytes come back") {
  const auto seed = std::random_device{}();
  INFO("seed " << seed);
  std::mt19937_64 random(seed);
  for (int i = 0; i < 5'000; ++i) {
    std::string bytes(random() % 70, '\0');
    for (char& byte : bytes) byte = static_cast<char>(random());
    REQUIRE(encode_base64(bytes).size() == base64_size(bytes.size()));
    REQUIRE(decode_base64(encode_base64(bytes)) == bytes);
    REQUIRE(decode_base64url(encode_base64url(bytes)) == bytes);
  }
}

TEST_CASE("a text that decodes is the text its bytes encode to") {
  const auto seed = std::random_device{}();
  INFO("seed " << seed);
  std::mt19937_64 random(seed);
  const std::string characters = "ABCDwxyz0189-_";
  int decoded = 0;
  for (int i = 0; i < 50'000; ++i) {
    std::string text;
    for (std::uint64_t length = random() % 7; length > 0; --length) {
      text += characters[random() % characters.size()];
    }
    if (const auto bytes = decode_base64url(text)) {
      ++decoded;
      REQUIRE(encode_base64url(*bytes) == text);
    }
  }
  CHECK(decoded > 1000);
}
