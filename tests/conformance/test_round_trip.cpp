#include "contents.h"
#include "fresh_store.h"
#include "refusal.h"
#include "sample_calls.h"

#include <fmt/format.h>

using namespace fnstore;

TEST_CASE("a call comes back with every field, in every state and of every type") {
  FreshStore history = fresh_store();
  std::vector<Call> calls;
  for (int status = 0; status < status_count; ++status) {
    for (int type = 0; type < call_type_count; ++type) {
      calls.push_back(
          full_call(static_cast<Status>(status), "fn", fmt::format("{}{}", status, type)));
      calls.back().type = static_cast<CallType>(type);
    }
  }
  for (const Call& call : calls) history.insert(call);
  for (const Call& call : calls) {
    CHECK(history->find(call.key()) == call);
    CHECK(history->get(call.key()) == call);
  }
  const std::vector<Call> listed = history->list({.fn_id = "fn"}).items;
  REQUIRE(listed.size() == calls.size());
  for (std::size_t i = 0; i < listed.size(); ++i) {
    CHECK(listed[i] == as_listed(calls[calls.size() - 1 - i]));
  }
  CHECK(contents(*history).size() == calls.size());
}

TEST_CASE("a call of ids and created_at only comes back as just that") {
  FreshStore history = fresh_store();
  for (int status = 0; status < status_count; ++status) {
    Call call;
    call.id = "bare";
    call.fn_id = fmt::format("fn-{}", status);
    call.status = static_cast<Status>(status);
    call.created_at = at(0);
    history.insert(call);
    CHECK(history->get(call.key()) == call);
    CHECK(history->list({.fn_id = call.fn_id}).items == std::vector<Call>{call});
    CHECK(history->find_log(call.key()) == std::nullopt);
  }
}

TEST_CASE("each request field is kept on its own") {
  FreshStore history = fresh_store();
  const Call full = full_call(Status::success, "fn", "full");
  std::vector<Call> calls(14, done("fn", ""));
  calls[0].image = full.image;
  calls[1].delay = full.delay;
  calls[2].payload = full.payload;
  calls[3].url = full.url;
  calls[4].method = full.method;
  calls[5].priority = full.priority;
  calls[6].timeout = full.timeout;
  calls[7].idle_timeout = full.idle_timeout;
  calls[8].tmpfs_size = full.tmpfs_size;
  calls[9].memory = full.memory;
  calls[10].cpus = full.cpus;
  calls[11].config = full.config;
  calls[12].annotations = full.annotations;
  calls[13].headers = full.headers;
  calls.push_back(done("fn", ""));
  calls.back().syslog_url = full.syslog_url;
  for (std::size_t i = 0; i < calls.size(); ++i) {
    calls[i].id = fmt::format("{:02}", i);
    history.insert(calls[i]);
  }
  for (const Call& call : calls) CHECK(history->get(call.key()) == call);
}

TEST_CASE("a payload is any bytes") {
  FreshStore history = fresh_store();
  Call call = done("fn", "bytes");
  for (int byte = 0; byte < 256; ++byte) call.payload.push_back(static_cast<char>(byte));
  call.payload += call.payload;
  history.insert(call);
  CHECK(history->get(call.key()).payload == call.payload);
}

TEST_CASE("times are kept to the millisecond wherever they lie and in whatever order") {
  FreshStore history = fresh_store();
  const Timestamp epoch{};
  const std::vector<Timestamp> times{
      earliest_timestamp, epoch - std::chrono::milliseconds(1), epoch, at(1), at(999'999),
      latest_timestamp};
  std::vector<Call> calls;
  for (const Timestamp created : times) {
    for (const Timestamp other : times) {
      Call call = done("fn", fmt::format("{:03}", calls.size()), created);
      call.started_at = other;
      call.completed_at = created;
      calls.push_back(call);
    }
    calls.push_back(done("fn", fmt::format("{:03}", calls.size()), created));
    calls.back().started_at.reset();
    calls.push_back(done("fn", fmt::format("{:03}", calls.size()), created));
    calls.back().completed_at.reset();
  }
  history.seed(calls);
  for (const Call& call : calls) CHECK(history->get(call.key()) == call);
}

TEST_CASE("an app's name belongs to the call, not to the app") {
  FreshStore history = fresh_store();
  std::vector<Call> calls;
  for (const char* const name : {"old name", "new name", "", "old name"}) {
    calls.push_back(done("fn", fmt::format("{}", calls.size())));
    calls.back().app_id = "app";
    calls.back().app_name = name;
  }
  calls.push_back(done("fn", "nameless app"));
  calls.back().app_name = "a name without an id";
  for (const Call& call : calls) history.insert(call);
  for (const Call& call : calls) CHECK(history->get(call.key()) == call);
}

TEST_CASE("one id in two functions names two calls") {
  FreshStore history = fresh_store();
  const Call one = full_call(Status::success, "fn-1", "id");
  const Call two = call_in(Status::error, "fn-2", "id");
  history.insert(one);
  history.insert(two);
  CHECK(history->get({"fn-1", "id"}) == one);
  CHECK(history->get({"fn-2", "id"}) == two);
  CHECK(history->find({"fn-3", "id"}) == std::nullopt);
  CHECK(refusal([&] { history->get({"fn-3", "id"}); }) == "not_found: Call not found");
}

TEST_CASE("only the very id of a call finds it") {
  FreshStore history = fresh_store();
  const std::string generated = id_at(5'000, 7);
  history.seed({done("fn", generated), done("fn", "job/1"), done("fn", "caf\u00e9")});
  CHECK(history->find({"fn", generated}).has_value());
  std::string lower = generated;
  for (char& letter : lower) letter = static_cast<char>(std::tolower(letter));
  for (const std::string& id :
       {lower, id_at(5'000, 6), id_at(5'000, 8), generated.substr(0, 25), generated + "0",
        std::string("job/"), std::string("job/10"), std::string("JOB/1"), std::string("cafe"),
        std::string("cafe\u0301")}) {
    CHECK(history->find({"fn", id}) == std::nullopt);
  }
  CHECK(history->find({"FN", generated}) == std::nullopt);
  CHECK(history->find({"fn ", generated}) == std::nullopt);
}

TEST_CASE("a large batch comes back whole, with logs, stats and request fields") {
  FreshStore history = fresh_store();
  std::vector<CallRecord> records;
  for (std::size_t i = 0; i < 700; ++i) {
    const Status status = static_cast<Status>(3 + i % 3);
    const std::string id = i % 5 == 4 ? fmt::format("foreign-{}", i) : id_at(7'919 * (i % 97), i);
    CallRecord record{i % 3 == 0 ? full_call(status, "fn", id) : call_in(status, "fn", id), {}};
    record.call.created_at = at(static_cast<std::int64_t>(i));
    if (i % 4 == 1) record.log = std::string(i % 7, '\0') + "log of " + id;
    if (i % 4 == 2) record.log = "";
    records.push_back(std::move(record));
  }
  const InsertCounts counts = history.insert(records, OnConflict::error);
  CHECK(counts.inserted == records.size());
  CHECK(counts.skipped == 0);
  for (const CallRecord& record : records) {
    CHECK(history->get(record.call.key()) == record.call);
    CHECK(history->find_log(record.call.key()) == record.log);
  }
  CHECK(contents(*history).size() == records.size());
}

TEST_CASE("a batch of every state over several functions goes in whole") {
  FreshStore history = fresh_store();
  std::vector<Call> calls;
  for (std::size_t i = 0; i < 600; ++i) {
    calls.push_back(
        call_in(static_cast<Status>(i % 6), fmt::format("fn-{}", i / 2 % 3), id_at(0, i)));
  }
  for (std::size_t i = 0; i < 200; ++i) calls.push_back(done("fn-3", id_at(0, i)));
  history.insert(calls);
  for (const Call& call : calls) CHECK(history->get(call.key()) == call);
  CHECK(contents(*history).size() == calls.size());
  history.insert(std::vector<Call>{});
  CHECK(contents(*history).size() == calls.size());
}
