#include "original_answers/replay.h"

#include "original_answers/http_edge.h"
#include "refusal.h"

#include <catch2/catch.hpp>
#include <charconv>
#include <regex>
#include <set>

using namespace fnstore;
namespace json = boost::json;

namespace original {
namespace {

/// A raw id for a cursor was taken for none; year 10000 was compared as text.
const std::set<std::string> answered_otherwise{"041-cursor-raw-id", "057-time-to-year10000"};

std::string text_of(const json::object& object, const char* field) {
  const json::value* const value = object.if_contains(field);
  return value == nullptr ? std::string() : json::value_to<std::string>(*value);
}

std::pair<std::string, std::string> key_of(const json::object& call) {
  return {text_of(call, "fn_id"), text_of(call, "id")};
}

/// "invalid: ..." or "not_found: ..." for an answer that is a refusal.
std::string expected_refusal(const Answer& answer) {
  const std::string message = text_of(json::parse(answer.body).as_object(), "message");
  return (answer.status == 400 ? "invalid: " : "not_found: ") + message;
}

/// The bytes of a log that is no UTF-8 stand in the file as \xNN.
std::string without_escapes(const std::string& text) {
  std::string plain;
  for (std::size_t i = 0; i < text.size(); ++i) {
    unsigned char byte = 0;
    if (text.compare(i, 2, "\\x") == 0 && i + 4 <= text.size() &&
        std::from_chars(&text[i] + 2, &text[i] + 4, byte, 16).ec == std::errc()) {
      plain.push_back(static_cast<char>(byte));
      i += 3;
    } else {
      plain.push_back(text[i]);
    }
  }
  return plain;
}

}  // namespace

Replay::Replay(FreshStore& history, const AnswersFile& file) : history_(history) {
  for (const json::object& call : file.calls) {
    const std::string text = json::serialize(call);
    if (text_of(call, "status").empty()) {
      CHECK(refusal_code([&] { record_from_json(text); }) == "invalid");
      left_out_[key_of(call)] = call;
      continue;
    }
    history_.insert({record_from_json(text)}, OnConflict::error);
    calls_[key_of(call)] = call;
  }
}

void Replay::ask(const Answer& answer) {
  static const std::regex list("/v2/fns/([^/]*)/calls");
  static const std::regex get("/v2/fns/([^/]*)/calls/([^/%]+)");
  static const std::regex log("/v2/fns/([^/]*)/calls/([^/%]+)/log");
  constexpr int moved = 301;
  constexpr int not_acceptable = 406;
  INFO(answer.name << ' ' << answer.path << ' ' << answer.query);
  std::smatch part;
  if (answer.method != "GET" || answer.status == moved || answer.status == not_acceptable) {
    ++not_ours_;
  } else if (std::regex_match(answer.path, part, list)) {
    ask_list(answer, part[1]);
  } else if (std::regex_match(answer.path, part, log)) {
    const std::string fn_id = part[1];
    const std::string id = part[2];
    ask_log(answer, {fn_id, id});
  } else if (std::regex_match(answer.path, part, get)) {
    const std::string fn_id = part[1];
    const std::string id = part[2];
    ask_get(answer, {fn_id, id});
  } else {
    ++not_ours_;
  }
}

bool Replay::is_left_out(const json::object& call) const {
  return left_out_.count(key_of(call)) != 0;
}

/// app_name and trigger_id as recorded; times in UTC, and none where one is not set.
json::object Replay::expected_call(json::object call) const {
  const json::object& recorded = calls_.at(key_of(call));
  for (const char* const field : {"app_name", "trigger_id"}) {
    CHECK(text_of(call, field).empty());
    call[field] = text_of(recorded, field);
  }
  for (const char* const field : {"created_at", "started_at", "completed_at"}) {
    const Timestamp time = parse_rfc3339(text_of(call, field));
    if (time == earliest_timestamp) {
      call.erase(field);
    } else {
      call[field] = format_rfc3339(time);
    }
  }
  return call;
}

json::value Replay::expected_page(const std::string& body) const {
  json::value page = json::parse(body);
  json::array items;
  for (const json::value& item : page.at("items").as_array()) {
    if (!is_left_out(item.as_object())) items.push_back(expected_call(item.as_object()));
  }
  page.as_object()["items"] = std::move(items);
  return page;
}

void Replay::ask_list(const Answer& answer, const std::string& fn_id) {
  CallList page;
  const std::string said =
      refusal([&] { page = history_->list(filter_from_query(fn_id, answer.query)); });
  const json::value ours = json::parse(to_json(page));
  constexpr int ok = 200;
  if (answered_otherwise.count(answer.name) != 0) {
    ++different_;
    CHECK((said != "no error" || ours != json::parse(answer.body)));
  } else if (answer.status == 404) {  // an unknown function
    ++different_;
    CHECK(said == "no error");
    CHECK(to_json(page) == R"({"items":[]})");
  } else if (answer.status == 500) {
    ++different_;
    CHECK_THAT(said, Catch::StartsWith("invalid: cursor "));
  } else if (answer.status != ok) {
    ++same_;
    CHECK(said == expected_refusal(answer));
  } else {
    ++same_;
    CHECK(said == "no error");
    CHECK(json::serialize(ours.at("items")).size() > 1);
    CHECK((ours == expected_page(answer.body)));
  }
}

void Replay::ask_get(const Answer& answer, const CallKey& key) {
  Call call;
  const std::string said = refusal([&] { call = history_->get(key); });
  if (answer.status == 200) {
    const json::object theirs = json::parse(answer.body).as_object();
    if (is_left_out(theirs)) {
      ++different_;
      CHECK(said == "not_found: Call not found");
      return;
    }
    ++same_;
    CHECK(said == "no error");
    CHECK((json::parse(to_json(call)) == json::value(expected_call(theirs))));
    return;
  }
  const std::string theirs = expected_refusal(answer);
  const bool same = theirs != "not_found: Fn not found";
  ++(same ? same_ : different_);
  CHECK(said == (same ? theirs : "not_found: Call not found"));
}

void Replay::ask_log(const Answer& answer, const CallKey& key) {
  const bool known = calls_.count({std::string(key.fn_id), std::string(key.id)}) != 0;
  const bool is_json = answer.body.rfind("{\"call_id\":", 0) == 0;
  if (answer.status != 200) {
    ++same_;
    CHECK(refusal([&] { history_->get_log(key); }) == expected_refusal(answer));
    return;
  }
  const std::string theirs =
      is_json ? text_of(json::parse(answer.body).as_object(), "log") : without_escapes(answer.body);
  if (known) {
    ++same_;
    CHECK(history_->get_log(key) == theirs);
    return;
  }
  ++different_;  // the original had a log without a call
  CHECK(history_->find_log(key) == std::nullopt);
  Call call;
  call.fn_id = key.fn_id;
  call.id = key.id;
  call.status = Status::success;
  history_.insert({{call, theirs}}, OnConflict::error);
  CHECK(history_->get_log(key) == theirs);
  history_.remove(key);
}

}  // namespace original
