#include "contents.h"
#include "fresh_store.h"
#include "refusal.h"
#include "sample_calls.h"

#include <fmt/format.h>

using namespace fnstore;
using Ids = std::vector<std::string>;

namespace {

std::vector<std::string> names(const std::vector<Call>& calls) {
  std::vector<std::string> found;
  for (const Call& call : calls) found.push_back(fmt::format("{}/{}", call.id, call.fn_id));
  return found;
}

}  // namespace

TEST_CASE("a cursor is unpadded base64url of the id, over all functions with NUL and fn_id") {
  FreshStore history = fresh_store();
  history.seed({done("f", "same"), done("fa", "same"), done("f", "~~~?"), done("f", "a")});
  const auto cursor = [&](const char* fn_id, std::size_t per_page) {
    return history->list({.fn_id = fn_id, .per_page = per_page}).next_cursor;
  };
  CHECK(cursor("f", 1) == "fn5-Pw");
  CHECK(cursor("f", 2) == "c2FtZQ");
  CHECK(cursor("f", 3) == "YQ");
  CHECK(cursor("", 2) == "c2FtZQBmYQ");
  CHECK(cursor("", 3) == "c2FtZQBm");
  CHECK(cursor("", 4) == "YQBm");
}

TEST_CASE("a malformed cursor is invalid, never an empty page") {
  FreshStore history = fresh_store();
  history.seed(done_each_second("fn", 3));
  const std::string malformed[] = {
      "!!!",
      "YQ==",  // padded
      "Y",     // one character too few or too many
      "YQYQY",
      "YR",  // bits left over
      "Y Q",
      "YQ\n",
      std::string("YQ\0", 3),
      "fn5+Pw",  // the other base64 alphabet
      "_w",      // not UTF-8
      "7aCA",    // a surrogate
      "CQ",      // a control character
      "fw",
      "AA",                          // NUL alone
      "AGE",                         // no id
      "YQA",                         // NUL and no fn_id
      "YQBiAGM",                     // a second NUL
      "YQBiCWM",                     // a control character in fn_id
      "YQD_",                        // an fn_id that is not UTF-8
      "01D7NC10000000000000000002",  // an id as it is
      encode_cursor(std::string(257, 'x')),
      encode_cursor("x", std::string(257, 'x')),
      std::string(1'000'000, 'A'),
  };
  for (const std::string& cursor : malformed) {
    CAPTURE(cursor.substr(0, 60));
    for (const char* const fn_id : {"fn", "", "nobody"}) {
      const std::string said = refusal([&] { history->list({.fn_id = fn_id, .cursor = cursor}); });
      CHECK_THAT(said, Catch::StartsWith("invalid: cursor "));
    }
  }
}

TEST_CASE("a cursor need not be of a call that exists") {
  FreshStore history = fresh_store();
  history.seed({done("fn", "b"), done("fn", "d"), done("fn", std::string(256, 'f'))});
  const auto after = [&](std::string_view id, std::string_view fn_id, std::string in) {
    return ids_of(history->list({.fn_id = in, .cursor = encode_cursor(id, fn_id)}).items);
  };
  CHECK(after("zzz", "", "fn").size() == 3);
  CHECK(after(std::string(256, 'f'), "", "fn") == Ids{"d", "b"});
  CHECK(after("e", "", "fn") == Ids{"d", "b"});
  CHECK(after("c", "", "fn") == Ids{"b"});
  CHECK(after("a", "", "fn") == Ids{});
  CHECK(after("e", "never heard of", "") == Ids{"d", "b"});
  CHECK(after("d", "fn", "") == Ids{"b"});
  CHECK(after("d", "fm", "") == Ids{"b"});
  CHECK(after("d", "fo", "") == Ids{"d", "b"});
}

TEST_CASE("a cursor continues below a call that was deleted meanwhile") {
  FreshStore history = fresh_store();
  const std::vector<Call> calls = done_each_second("fn", 12);
  history.seed(calls);
  const std::string fn_id = GENERATE("fn", "");
  const CallList page = history->list({.fn_id = fn_id, .per_page = 4});
  REQUIRE(page.items.back().id == calls[8].id);
  for (const Call& call : page.items) history.remove(call.key());
  const Ids rest = ids_of(history->list({.fn_id = fn_id, .cursor = page.next_cursor}).items);
  REQUIRE(rest.size() == 8);
  CHECK(rest.front() == calls[7].id);
  CHECK(rest.back() == calls[0].id);
  for (std::size_t i = 0; i < 8; ++i) history.remove(calls[i].key());
  CHECK(history->list({.fn_id = fn_id, .cursor = page.next_cursor}).items.empty());
}

TEST_CASE("a walk over all functions can go on in one of them, and the other way round") {
  FreshStore history = fresh_store();
  std::vector<Call> calls;
  for (const char* const id : {"1", "2", "3"}) {
    for (const char* const fn_id : {"a", "b", "c"}) calls.push_back(done(fn_id, id));
  }
  history.seed(calls);
  const auto after = [&](std::string_view id, std::string_view fn_id, std::string in) {
    return names(history->list({.fn_id = in, .cursor = encode_cursor(id, fn_id)}).items);
  };
  // The walk stands at 2/b: 3/c 3/b 3/a 2/c 2/b | 2/a 1/c 1/b 1/a.
  CHECK(after("2", "b", "") == Ids{"2/a", "1/c", "1/b", "1/a"});
  CHECK(after("2", "b", "a") == Ids{"2/a", "1/a"});
  CHECK(after("2", "b", "b") == Ids{"1/b"});
  CHECK(after("2", "b", "c") == Ids{"1/c"});
  // A cursor without fn_id stands below every call of its id.
  CHECK(after("2", "", "") == Ids{"1/c", "1/b", "1/a"});
  CHECK(after("2", "", "a") == Ids{"1/a"});
}

TEST_CASE("filters hold on the next page, and may change with it") {
  FreshStore history = fresh_store();
  std::vector<Call> calls;
  for (std::size_t i = 0; i < 30; ++i) {
    calls.push_back(call_in(static_cast<Status>(3 + i % 3), "fn", fmt::format("{:02}", i)));
  }
  history.seed(calls);
  CallFilter filter{.fn_id = "fn", .per_page = 4, .status = {Status::error}};
  filter.cursor = history->list(filter).next_cursor;
  CHECK(filter.cursor == encode_cursor("19"));
  CHECK(ids_of(history->list(filter).items) == Ids{"16", "13", "10", "07"});
  filter.status = {Status::cancelled};
  CHECK(ids_of(history->list(filter).items) == Ids{"17", "14", "11", "08"});
}
