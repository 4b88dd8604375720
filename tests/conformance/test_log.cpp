#include "contents.h"
#include "fresh_store.h"
#include "refusal.h"
#include "sample_calls.h"

#include <fmt/format.h>

using namespace fnstore;

TEST_CASE("a log is any bytes and comes back as they were") {
  FreshStore history = fresh_store();
  std::string every_byte;
  for (int byte = 0; byte < 256; ++byte) every_byte.push_back(static_cast<char>(byte));
  std::string noise;
  std::uint32_t state = 1;
  for (int i = 0; i < 20'000; ++i) {
    noise.push_back(static_cast<char>((state = state * 1'664'525 + 1'013'904'223) >> 24));
  }
  const std::string logs[] = {"",    "hello\nworld\n",         std::string(1, '\0'), every_byte,
                              noise, std::string(100'000, 'x')};
  for (const Status status : {Status::running, Status::success}) {
    for (const std::string& log : logs) {
      const std::string id = fmt::format("{} {}", to_string(status), &log - logs);
      const Call call = full_call(status, "fn", id);
      history.insert(call);
      CHECK(history->find_log(call.key()) == std::nullopt);
      history.put_log(call.key(), log);
      CHECK(history->find_log(call.key()) == log);
      CHECK(history->get_log(call.key()) == log);
      CHECK(history->get(call.key()) == call);
    }
  }
}

TEST_CASE("an empty log is not an absent one") {
  FreshStore history = fresh_store();
  history.insert(done("fn", "none"));
  history.insert({{done("fn", "empty"), ""}, {done("fn", "absent"), {}}}, OnConflict::error);
  history.insert(done("fn", "put empty"));
  history.put_log({"fn", "put empty"}, "");
  CHECK(history->find_log({"fn", "none"}) == std::nullopt);
  CHECK(history->find_log({"fn", "absent"}) == std::nullopt);
  CHECK(history->find_log({"fn", "empty"}) == "");
  CHECK(history->get_log({"fn", "put empty"}).empty());
  CHECK(refusal([&] { history->get_log({"fn", "absent"}); }) == "not_found: Call log not found");
}

TEST_CASE("a log is replaced, whatever was there before") {
  FreshStore history = fresh_store();
  history.insert({{done("fn", "a"), "the first"}, {done("fn", "b"), "stays"}}, OnConflict::error);
  for (const std::string log : {"longer than the first", "", "x", "x", "y"}) {
    history.put_log({"fn", "a"}, log);
    CHECK(history->get_log({"fn", "a"}) == log);
  }
  CHECK(history->get_log({"fn", "b"}) == "stays");
  CHECK(history->get({"fn", "a"}) == done("fn", "a"));
}

TEST_CASE("logs of many packed calls are put and replaced one by one") {
  FreshStore history = fresh_store();
  std::vector<CallRecord> records;
  for (std::size_t i = 0; i < 300; ++i) {
    records.push_back({full_call(Status::success, "fn", id_at(0, i)), {}});
    if (i % 2 == 0) records.back().log = fmt::format("log {}", i);
  }
  history.insert(records, OnConflict::error);
  for (const std::size_t i : {0, 1, 149, 150, 298, 299}) {
    records[i].log = fmt::format("put {}", i);
    history.put_log(records[i].call.key(), *records[i].log);
  }
  for (const CallRecord& record : records) {
    CHECK(history->find_log(record.call.key()) == record.log);
    CHECK(history->get(record.call.key()) == record.call);
  }
  CHECK(contents(*history).size() == records.size());
}

TEST_CASE("a log stays with its call through every step") {
  FreshStore history = fresh_store();
  const CallKey key{"fn", "id"};
  history.insert(call_in(Status::queued, "fn", "id"));
  history.put_log(key, "queued");
  history.transition(key, {.to = Status::running});
  CHECK(history->get_log(key) == "queued");
  history.put_log(key, "running");
  history.transition(key, {.to = Status::error, .error = "timeout"});
  CHECK(history->get_log(key) == "running");
  history.put_log(key, "ended");
  CHECK(history->get_log(key) == "ended");
  CHECK(history->get(key).error == "timeout");
}

TEST_CASE("the same id in another function has another log") {
  FreshStore history = fresh_store();
  history.insert({{done("fn-1", "id"), "one"}, {done("fn-2", "id"), {}}}, OnConflict::error);
  CHECK(history->find_log({"fn-2", "id"}) == std::nullopt);
  history.put_log({"fn-2", "id"}, "two");
  CHECK(history->get_log({"fn-1", "id"}) == "one");
  CHECK(history->get_log({"fn-2", "id"}) == "two");
}
