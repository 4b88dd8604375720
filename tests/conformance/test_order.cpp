#include "contents.h"
#include "fresh_store.h"
#include "sample_calls.h"

#include <algorithm>
#include <fmt/format.h>
#include <utility>

using namespace fnstore;

namespace {

/// Ids of every kind, in descending order of their bytes.
const std::vector<std::string> odd_ids{
    "\xf0\x9f\x98\x80",  // beyond the basic plane
    "\xef\xbf\xbd",      // U+FFFD, which UTF-16 would put above that
    "\xc3\xa9",          // e with acute
    "\xc2\xa0",          // no-break space
    "~",
    "zz",
    "z",
    "job/10",
    "job/1",
    "job/",
    "a~",
    "ab",
    std::string(256, 'a'),
    std::string(255, 'a') + "A",
    std::string(255, 'a'),
    "aaa",
    "aa ",
    "aa",
    "a b",
    "a ",
    "a",
    "_",
    "Z",
    "A",
    "9",
    "80000000000000000000000000",  // like a generated id, but above 128 bits
    "7ZZZZZZZZZZZZZZZZZZZZZZZZZ",  // the greatest generated id
    "3f2504e0-4f89-41d3-9a0c-0305e82c3301",
    "01d7nc10000000000000000003",  // lower case: foreign
    "01D7NC1000000000000000000U",  // U is not in the alphabet: foreign
    "01D7NC100000000000000000030",
    "01D7NC10000000000000000003",
    "01D7NC1000000000000000000",
    "00000000000000000000000001",
    "00000000000000000000000000",
    "0",
    "-",
    "!",
    " ",
};

std::vector<std::string> below(const std::string& id) {
  return {std::find(odd_ids.begin(), odd_ids.end(), id) + 1, odd_ids.end()};
}

}  // namespace

TEST_CASE("a listing is in descending order of the ids' bytes, whatever the ids") {
  FreshStore history = fresh_store();
  std::vector<Call> calls;
  for (std::size_t i = 0; i < odd_ids.size(); ++i) {  // 17 is prime to their number
    calls.push_back(done("fn", odd_ids[i * 17 % odd_ids.size()], at(static_cast<std::int64_t>(i))));
  }
  history.seed(calls);
  for (const char* const fn_id : {"fn", ""}) {
    for (const std::size_t per_page : {1, 2, 3, 7, 39, 40}) {
      CHECK(ids_of(walk(*history, {.fn_id = fn_id, .per_page = per_page})) == odd_ids);
    }
  }
  for (const std::string& id : odd_ids) {
    CHECK(ids_of(
              history->list({.fn_id = "fn", .cursor = encode_cursor(id), .per_page = 100}).items) ==
          below(id));
    CHECK(history->get({"fn", id}).id == id);
  }
}

TEST_CASE("a cursor splits ids of which one begins the other") {
  FreshStore history = fresh_store();
  history.seed({done("fn", "a"), done("fn", "aa"), done("fn", "aaa"), done("fn", "b")});
  const auto after = [&](std::string_view id) {
    return ids_of(history->list({.fn_id = "fn", .cursor = encode_cursor(id)}).items);
  };
  using Ids = std::vector<std::string>;
  CHECK(after("b") == Ids{"aaa", "aa", "a"});
  CHECK(after("ab") == Ids{"aaa", "aa", "a"});
  CHECK(after("aaaa") == Ids{"aaa", "aa", "a"});
  CHECK(after("aaa") == Ids{"aa", "a"});
  CHECK(after("aa ") == Ids{"aa", "a"});
  CHECK(after("aa") == Ids{"a"});
  CHECK(after("a ") == Ids{"a"});
  CHECK(after("a") == Ids{});
  CHECK(after("A") == Ids{});
}

TEST_CASE("over all functions equal ids stand in descending order of their functions") {
  FreshStore history = fresh_store();
  const std::vector<std::string> fn_ids{
      "\xc3\xa9", "fb", "faa", "fa", "f", "F", "01D7N0000000000000000000F1"};
  const std::vector<std::string> call_ids{"samf", "same!", "same", "sam"};
  std::vector<Call> calls;
  for (std::size_t i = 0; i < fn_ids.size() * call_ids.size(); ++i) {
    const std::size_t mixed = i * 5 % 28;
    calls.push_back(done(fn_ids[mixed % 7], call_ids[mixed / 7]));
  }
  history.seed(calls);
  std::vector<std::pair<std::string, std::string>> wanted;
  for (const std::string& id : call_ids) {
    for (const std::string& fn_id : fn_ids) wanted.emplace_back(id, fn_id);
  }
  for (const std::size_t per_page : {1, 2, 3, 7, 27, 28, 29}) {
    std::vector<std::pair<std::string, std::string>> found;
    for (const Call& call : walk(*history, {.per_page = per_page})) {
      found.emplace_back(call.id, call.fn_id);
    }
    CHECK(found == wanted);
  }
  CHECK(ids_of(walk(*history, {.fn_id = "fa", .per_page = 1})) == call_ids);
}

TEST_CASE("the order does not depend on the order of insertion, nor on created_at") {
  FreshStore history = fresh_store();
  std::vector<Call> calls = done_each_second("fn", 60);
  for (std::size_t i = 0; i < calls.size(); ++i) {
    calls[i].created_at = at(static_cast<std::int64_t>(i * 37 % 60) * 1'000);
  }
  std::vector<std::string> wanted = ids_of(calls);
  std::reverse(wanted.begin(), wanted.end());
  std::vector<Call> shuffled;
  for (std::size_t i = 0; i < calls.size(); ++i) shuffled.push_back(calls[i * 23 % 60]);
  history.seed(shuffled);
  CHECK(ids_of(walk(*history, {.fn_id = "fn", .per_page = 9})) == wanted);
  CHECK(ids_of(walk(*history, {.per_page = 9})) == wanted);
}

TEST_CASE("a listing over hundreds of functions is in order and whole") {
  FreshStore history = fresh_store();
  std::vector<Call> calls;
  for (std::size_t i = 0; i < 1'200; ++i) {  // 400 functions of 3 calls; every id in two of them
    calls.push_back(done(fmt::format("fn-{:03}", i * 7 % 400), fmt::format("{:04}", i / 2)));
  }
  history.seed(calls);
  std::vector<Call> wanted = calls;
  std::sort(wanted.begin(), wanted.end(), [](const Call& a, const Call& b) {
    return a.id != b.id ? a.id > b.id : a.fn_id > b.fn_id;
  });
  CHECK(walk(*history, {.per_page = 10'000}) == wanted);
  CHECK(walk(*history, {.per_page = 100}) == wanted);
  CHECK(walk(*history, {.fn_id = "fn-399", .per_page = 1}).size() == 3);
  CHECK(history->info().functions == 400);
}
