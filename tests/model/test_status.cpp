#include "fnstore/status.h"

#include "refusal.h"

#include <catch2/catch.hpp>
#include <string>
#include <vector>

using namespace fnstore;

namespace {

const std::vector<std::string> status_words{"delayed", "queued", "running",
                                            "success", "error",  "cancelled"};

}  // namespace

TEST_CASE("statuses and their words") {
  for (int i = 0; i < status_count; ++i) {
    const auto status = static_cast<Status>(i);
    CHECK(to_string(status) == status_words[static_cast<std::size_t>(i)]);
    CHECK(parse_status(to_string(status)) == status);
  }
  for (const char* word : {"", "Success", "success ", "done", "errors"}) {
    CHECK(refusal([&] { parse_status(word); }) ==
          "invalid: status \"" + std::string(word) +
              "\" is not one of delayed, queued, running, success, error, cancelled");
  }
}

TEST_CASE("call types and their words") {
  const std::vector<std::string> words{"", "sync", "async", "detached"};
  for (int i = 0; i < call_type_count; ++i) {
    const auto type = static_cast<CallType>(i);
    CHECK(to_string(type) == words[static_cast<std::size_t>(i)]);
    CHECK(parse_call_type(to_string(type)) == type);
  }
  CHECK(refusal([] { parse_call_type("Sync"); }) ==
        "invalid: type \"Sync\" is not one of sync, async, detached, or empty");
}

TEST_CASE("the state machine, every step of it") {
  // Rows: the state a call is in. Columns: where it would go. In the order of Status.
  const std::vector<std::string> legal{
      ".yy..y",  // delayed
      "..y..y",  // queued
      ".y.yyy",  // running
      "......",  // success
      "......",  // error
      "......",  // cancelled
  };
  for (int from = 0; from < status_count; ++from) {
    for (int to = 0; to < status_count; ++to) {
      const char mark = legal[static_cast<std::size_t>(from)][static_cast<std::size_t>(to)];
      INFO(status_words[static_cast<std::size_t>(from)]
           << " -> " << status_words[static_cast<std::size_t>(to)]);
      CHECK(is_legal_transition(static_cast<Status>(from), static_cast<Status>(to)) ==
            (mark != '.'));
    }
  }
}

TEST_CASE("numbers that are no status go nowhere") {
  const auto unknown = static_cast<Status>(status_count);
  CHECK_FALSE(is_legal_transition(unknown, Status::queued));
  CHECK_FALSE(is_legal_transition(Status::queued, unknown));
  CHECK_FALSE(is_legal_transition(Status::running, static_cast<Status>(255)));
}

TEST_CASE("success, error and cancelled are final") {
  for (int i = 0; i < status_count; ++i) {
    INFO(status_words[static_cast<std::size_t>(i)]);
    CHECK(is_finished(static_cast<Status>(i)) == (i >= 3));
  }
}
