#include "fnstore/json.h"

#include "model/quote.h"
#include "model/utf8.h"

#include <catch2/catch.hpp>
#include <random>
#include <string>
#include <vector>

using namespace fnstore;

namespace {

// RFC 3629's own table, by decoding: slow, and not how the library does it.
bool decodes(const std::string& text, std::vector<std::uint32_t>* points = nullptr) {
  for (std::size_t i = 0; i < text.size();) {
    const auto byte = [&](std::size_t k) -> std::uint32_t {
      return i + k < text.size() ? static_cast<unsigned char>(text[i + k]) : 0;
    };
    const std::size_t length = byte(0) < 0x80             ? 1
                               : (byte(0) & 0xE0) == 0xC0 ? 2
                               : (byte(0) & 0xF0) == 0xE0 ? 3
                               : (byte(0) & 0xF8) == 0xF0 ? 4
                                                          : 0;
    if (length == 0) return false;
    std::uint32_t point = length == 1 ? byte(0) : byte(0) & (0xFFU >> (length + 1));
    for (std::size_t k = 1; k < length; ++k) {
      if ((byte(k) & 0xC0) != 0x80) return false;
      point = point << 6 | (byte(k) & 0x3F);
    }
    const std::uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
    if (point < least[length] || point > 0x10FFFF) return false;
    if (point >= 0xD800 && point <= 0xDFFF) return false;
    if (points != nullptr) points->push_back(point);
    i += length;
  }
  return true;
}

bool printable(const std::string& text) {
  std::vector<std::uint32_t> points;
  if (!decodes(text, &points)) return false;
  for (const std::uint32_t point : points) {
    if (point < 0x20 || (point >= 0x7F && point <= 0x9F)) return false;
  }
  return true;
}

}  // namespace

TEST_CASE("UTF-8 and what only looks like it") {
  for (const char* good :
       {"", "a", "a longer text of plain ASCII", "\x7F", "\xC2\x80", "é", "\xDF\xBF",
        "\xE0\xA0\x80", "\xED\x9F\xBF", "\xEE\x80\x80", "\xEF\xBF\xBF", "\xF0\x90\x80\x80",
        "\xF4\x8F\xBF\xBF", "日本語 🚀 text"}) {
    INFO(good);
    CHECK(is_valid_utf8(good));
  }
  CHECK(is_valid_utf8(std::string(1, '\0')));
  for (const char* bad : {"\x80",
                          "\xBF",
                          "\xC0\x80",
                          "\xC1\xBF",
                          "\xC2",
                          "\xC2\x41",
                          "\xC2\xC2",
                          "\xE0\x80\x80",
                          "\xE0\x9F\xBF",
                          "\xED\xA0\x80",
                          "\xED\xBF\xBF",
                          "\xE2\x82",
                          "\xE2\x28\xA1",
                          "\xF0\x80\x80\x80",
                          "\xF0\x8F\xBF\xBF",
                          "\xF4\x90\x80\x80",
                          "\xF5\x80\x80\x80",
                          "\xF8\x88\x80\x80\x80",
                          "\xF0\x9F\x9A",
                          "\xFE",
                          "\xFF",
                          "a longer text that ends in \xE2\x82"}) {
    CHECK_FALSE(is_valid_utf8(bad));
  }
}

TEST_CASE("every sequence of up to three bytes is judged as its decoding is") {
  for (std::uint32_t number = 0; number < (1U << 24); number += number < (1U << 16) ? 1 : 7) {
    std::string text;
    for (std::uint32_t rest = number; rest != 0; rest >>= 8) {
      text += static_cast<char>(rest & 0xFF);
    }
    if (is_valid_utf8(text) != decodes(text)) FAIL(number);
    if (is_printable_utf8(text) != printable(text)) FAIL(number);
  }
}

TEST_CASE("random texts around the word sizes are judged as their decoding is") {
  const auto seed = std::random_device{}();
  INFO("seed " << seed);
  std::mt19937_64 random(seed);
  const std::vector<std::string> pieces{"a",  " ",        "~",        "\x1F",         "\x7F",
                                        "\n", "é",        "\xC2\x9F", "\xC2\xA0",     "日",
                                        "🚀",  "\xED\xA0", "\xC3",     "\xF4\x8F\xBF", "\x80"};
  for (int i = 0; i < 100'000; ++i) {
    std::string text(random() % 40, 'x');
    for (std::uint64_t count = random() % 3; count > 0; --count) {
      text.insert(random() % (text.size() + 1), pieces[random() % pieces.size()]);
    }
    INFO(quote(text));
    REQUIRE(is_valid_utf8(text) == decodes(text));
    REQUIRE(is_printable_utf8(text) == printable(text));
    if (decodes(text)) REQUIRE(has_control_character(text) != printable(text));
  }
}

TEST_CASE("quoted text cannot reach the terminal") {
  CHECK(quote("plain") == "\"plain\"");
  CHECK(quote("say \"hi\" \\o/") == R"("say \"hi\" \\o/")");
  CHECK(quote("\x1B[31mred\x07") == R"("\x1b[31mred\x07")");
  CHECK(quote("a\nb\x7F") == R"("a\x0ab\x7f")");
  CHECK(quote("\xC2\x9B"
              "31m é") == R"("\xc2\x9b31m é")");
  CHECK(quote("\xFFz") == R"("\xffz")");
  CHECK(quote(std::string(1, '\0')) == R"("\x00")");
  CHECK(quote(std::string(64, 'a')) == "\"" + std::string(64, 'a') + "\"");
  CHECK(quote(std::string(65, 'a')) == "\"" + std::string(64, 'a') + "\"... (65 bytes)");
}
