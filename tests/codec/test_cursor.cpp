#include "fnstore/call_filter.h"

#include "codec/base64.h"
#include "refusal.h"

#include <catch2/catch.hpp>
#include <string>
#include <vector>

using namespace fnstore;

namespace {

const std::string id = "01D7NC10000000000000000001";

std::string cursor_of(const std::string& bytes) {
  return encode_base64url(bytes);
}

}  // namespace

TEST_CASE("a cursor is the unpadded base64url of an id") {
  CHECK(encode_cursor(id) == "MDFEN05DMTAwMDAwMDAwMDAwMDAwMDAwMDE");
  const CursorPosition position = decode_cursor("MDFEN05DMTAwMDAwMDAwMDAwMDAwMDAwMDE");
  CHECK(position.id == id);
  CHECK(position.fn_id.empty());
}

TEST_CASE("over all functions it is the id, NUL and the function") {
  CHECK(encode_cursor("c1", "f1") == "YzEAZjE");
  const CursorPosition position = decode_cursor("YzEAZjE");
  CHECK(position.id == "c1");
  CHECK(position.fn_id == "f1");
}

TEST_CASE("cursors of every legal id come back") {
  const std::vector<std::string> texts{
      "a", "ab", "abc", "foreign / é 🚀", std::string(256, 'x'), std::string(255, 'y'), " "};
  for (const std::string& text : texts) {
    CHECK(decode_cursor(encode_cursor(text)).id == text);
    for (const std::string& fn_id : texts) {
      const CursorPosition position = decode_cursor(encode_cursor(text, fn_id));
      CHECK(position.id == text);
      CHECK(position.fn_id == fn_id);
    }
  }
}

TEST_CASE("malformed cursors, and why each is refused") {
  struct Case {
    std::string cursor;
    std::string why;
  };
  const std::vector<Case> cases{
      {"", "it is empty"},
      {id, "it is not unpadded base64url"},  // a raw id of 26 characters leaves bits set
      {"Z", "it is not unpadded base64url"},
      {"Zh", "it is not unpadded base64url"},
      {"Zg==", "it is not unpadded base64url"},
      {"Zm9v====", "it is not unpadded base64url"},
      {"Zm+v", "it is not unpadded base64url"},
      {"Zm/v", "it is not unpadded base64url"},
      {"Zm9v ", "it is not unpadded base64url"},
      {"Zm9v%3D", "it is not unpadded base64url"},
      {"not a cursor", "it is not unpadded base64url"},
      {cursor_of(std::string(257, 'x')), "its id has 257 bytes; the limit is 256"},
      {cursor_of(std::string(257, 'x') + '\0' + "f"), "its id has 257 bytes; the limit is 256"},
      {cursor_of("c" + std::string(1, '\0') + std::string(257, 'x')),
       "its fn_id has 257 bytes; the limit is 256"},
      {cursor_of(std::string(513, 'x')), "its id has 513 bytes; the limit is 256"},
      {cursor_of(std::string(514, 'x')), "it is longer than any cursor"},
      {cursor_of(std::string(100'000, 'x')), "it is longer than any cursor"},
      {cursor_of(std::string(1, '\0')), "its id is empty"},
      {cursor_of(std::string("\0f", 2)), "its id is empty"},
      {cursor_of(std::string("c\0", 2)), "its fn_id is empty"},
      {cursor_of(std::string("c\0f\0", 4)), "its fn_id \"f\\x00\" has a control character"},
      {cursor_of(std::string("c\0\0f", 4)), "its fn_id \"\\x00f\" has a control character"},
      {cursor_of("c\n"), "its id \"c\\x0a\" has a control character"},
      {cursor_of("c\x7F"), "its id \"c\\x7f\" has a control character"},
      {cursor_of("\xFF\xFE"), "its id \"\\xff\\xfe\" is not valid UTF-8"},
      {cursor_of("\xC2\x85"), "its id \"\\xc2\\x85\" has a control character"},
      {cursor_of(std::string("c\0\xC3", 3)), "its fn_id \"\\xc3\" is not valid UTF-8"},
  };
  for (const Case& one : cases) {
    INFO(one.cursor.substr(0, 80));
    const std::string message = refusal([&] { decode_cursor(one.cursor); });
    const std::string end =
        " is malformed: " + one.why + "; use a next_cursor as a listing returned it";
    CHECK(message.substr(0, 16) == "invalid: cursor ");
    CHECK_THAT(message, Catch::EndsWith(end));
  }
  CHECK(refusal([] { decode_cursor(std::string("Zg\0\x1B[2J", 7)); }) ==
        "invalid: cursor \"Zg\\x00\\x1b[2J\" is malformed: it is not unpadded base64url; use a "
        "next_cursor as a listing returned it");
}
