#include "calls.h"
#include "crew.h"
#include "store_folder.h"

#include <catch2/catch.hpp>
#include <fmt/format.h>

using namespace fnstore;

namespace {

Store open_buffered(const StoreFolder& folder) {
  return folder.open({.durability = Durability::buffered});
}

/// What flush() throws, with its message.
std::string flushed(Store& store) {
  try {
    store.flush();
  } catch (const Error& error) {
    return fmt::format("{}: {}", to_string(error.code()), error.what());
  }
  return "no error";
}

}  // namespace

TEST_CASE("reads see what is buffered, in the order it was written") {
  const StoreFolder folder;
  Store store = open_buffered(folder);
  for (std::size_t i = 0; i < 300; ++i) {
    const Call call = call_in(Status::running, "fn", four_digits(i));
    store.insert(call);
    store.put_log(call.key(), "first");
    store.put_log(call.key(), "log " + call.id);
    switch (i % 5) {
      case 0:
        CHECK(store.get(call.key()) == call);
        break;
      case 1:
        CHECK(store.get_log(call.key()) == "log " + call.id);
        break;
      case 2:
        CHECK(store.list({.fn_id = "fn", .per_page = 1}).items.at(0).id == call.id);
        break;
      case 3:
        CHECK(store.info().calls == i + 1);
        break;
      default:
        CHECK(store.transition(call.key(), {.to = Status::success}).status == Status::success);
        break;
    }
  }
  CHECK(checked_walk(store, {.fn_id = "fn", .per_page = 9, .status = {Status::success}}).size() ==
        60);
  CHECK(flushed(store) == "no error");
}

TEST_CASE("the refusal of a buffered write comes from the next flush, once") {
  const StoreFolder folder;
  Store store = open_buffered(folder);
  store.insert(call_in(Status::success, "fn", "id"));
  store.insert(call_in(Status::error, "fn", "id"));
  CHECK(store.get({"fn", "id"}).status == Status::success);
  store.insert(call_in(Status::success, "fn", "after it"));
  const std::string said = flushed(store);
  CHECK_THAT(said, Catch::StartsWith("conflict: "));
  CHECK_THAT(said, Catch::Contains("id"));
  CHECK(flushed(store) == "no error");
  CHECK(store.find({"fn", "after it"}).has_value());
  CHECK(store.info().calls == 2);
}

TEST_CASE("of several refusals flush tells the first, and later ones are not kept for another") {
  const StoreFolder folder;
  Store store = open_buffered(folder);
  store.put_log({"fn", "nobody"}, "log");
  store.insert(call_in(Status::success, "fn", "id"));
  store.insert(call_in(Status::success, "fn", "id"));
  CHECK(flushed(store) == "not_found: Call not found");
  CHECK(flushed(store) == "no error");
  store.insert(call_in(Status::success, "fn", "id"));
  CHECK_THAT(flushed(store), Catch::StartsWith("conflict: "));
  CHECK(flushed(store) == "no error");
}

TEST_CASE("a buffered batch is refused whole") {
  const StoreFolder folder;
  Store store = open_buffered(folder);
  std::vector<Call> batch;
  for (std::size_t i = 0; i < 200; ++i) {
    batch.push_back(call_in(Status::success, "fn", four_digits(i)));
  }
  batch[150].id = batch[20].id;
  store.insert(batch);
  CHECK(store.info().calls == 0);
  CHECK_THAT(flushed(store), Catch::StartsWith("conflict: "));
  batch[150].id = "another";
  store.insert(batch);
  CHECK(flushed(store) == "no error");
  CHECK(store.info().calls == 200);
}

TEST_CASE("a buffered write owns what it was given") {
  const StoreFolder folder;
  Store store = open_buffered(folder);
  for (std::size_t i = 0; i < 200; ++i) {
    Call call = call_in(Status::success, "function of this round", four_digits(i));
    call.payload = std::string(3'000, static_cast<char>('a' + i % 26));
    std::string log(1'000, static_cast<char>('a' + i % 26));
    store.insert(call);
    store.put_log(call.key(), log);
    call.payload.assign(3'000, '!');
    call.id.assign(4, '!');
    call.fn_id.assign(22, '!');
    log.assign(1'000, '!');
  }
  CHECK(flushed(store) == "no error");
  for (std::size_t i = 0; i < 200; ++i) {
    const std::string id = four_digits(i);
    const char letter = static_cast<char>('a' + i % 26);
    CHECK(store.get({"function of this round", id}).payload == std::string(3'000, letter));
    CHECK(store.get_log({"function of this round", id}) == std::string(1'000, letter));
  }
}

TEST_CASE("what breaks a rule is refused at once, and steps and removals answer at once") {
  const StoreFolder folder;
  Store store = open_buffered(folder);
  CHECK(code_of([&] { store.insert(call_in(Status::success, "fn", "a\nb")); }) == "invalid");
  CHECK(code_of([&] { store.put_log({"fn", ""}, "log"); }) == "invalid");
  CHECK(code_of([&] { store.remove({"fn", "nobody"}); }) == "not_found");
  store.insert(call_in(Status::queued, "fn", "id"));
  CHECK(code_of([&] { store.transition({"fn", "id"}, {.to = Status::success}); }) == "conflict");
  CHECK(code_of([&] { store.remove({"fn", "id"}); }) == "conflict");
  const CallRecord again{call_in(Status::success, "fn", "id"), {}};
  CHECK(store.insert(std::span(&again, 1), OnConflict::skip).skipped == 1);
  CHECK(code_of([&] { store.insert(std::span(&again, 1), OnConflict::error); }) == "conflict");
  CHECK(flushed(store) == "no error");
}

TEST_CASE("closing a store writes what is buffered") {
  const StoreFolder folder;
  for (std::size_t round = 0; round < 5; ++round) {
    {
      Store store = open_buffered(folder);
      for (std::size_t i = 0; i < 400; ++i) {
        store.insert(call_in(Status::success, "fn", four_digits(round * 400 + i)));
      }
      store.put_log({"fn", four_digits(round * 400)}, "log");
      if (round == 2) store.insert(call_in(Status::success, "fn", four_digits(0)));  // refused
    }
    const Store store = folder.open();
    CHECK(store.info().calls == (round + 1) * 400);
    CHECK(store.get_log({"fn", four_digits(round * 400)}) == "log");
  }
}

TEST_CASE("a store that was moved to another place still writes what is buffered") {
  const StoreFolder folder;
  {
    Store first = open_buffered(folder);
    first.insert(call_in(Status::success, "fn", "a"));
    Store second = std::move(first);
    second.insert(call_in(Status::success, "fn", "b"));
    CHECK(second.info().calls == 2);
    second.insert(call_in(Status::success, "fn", "c"));
  }
  CHECK(folder.open().info().calls == 3);
}

TEST_CASE("eight threads write into one buffer, more than it holds, and all is there") {
  const StoreFolder folder;
  Store store = open_buffered(folder);
  constexpr std::size_t requests = 40;
  constexpr std::size_t size = 250;
  run_together(8, [&](std::size_t thread) {
    for (std::size_t request = 0; request < requests; ++request) {
      std::vector<Call> batch;
      for (std::size_t i = 0; i < size; ++i) {
        batch.push_back(call_in(Status::success, fmt::format("fn-{}", i % 3),
                                fmt::format("{}-{}-{}", thread, request, i)));
      }
      store.insert(batch);
      if (request % 10 == thread) {
        if (!store.find(batch[7].key())) throw std::runtime_error("acknowledged, not there");
      }
      if (request % 20 == thread) store.flush();
    }
  });
  CHECK(flushed(store) == "no error");
  CHECK(store.info().calls == 8 * requests * size);
}
