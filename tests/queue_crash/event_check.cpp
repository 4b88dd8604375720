#include "event_check.h"

#include <algorithm>
#include <fmt/format.h>
#include <fstream>
#include <sstream>
#include <stdexcept>

using fnstore::Call;
using fnstore::Status;

namespace {

[[noreturn]] void fail(const std::string& what) {
  throw std::runtime_error(what);
}

}  // namespace

void EventCheck::read(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  file.seekg(read_to_);
  std::stringstream rest;
  rest << file.rdbuf();
  const std::string text = rest.str();
  const std::size_t whole = text.rfind('\n') == std::string::npos ? 0 : text.rfind('\n') + 1;
  read_to_ += static_cast<std::streamoff>(whole);
  std::istringstream lines(text.substr(0, whole));
  first_claims_.clear();
  for (std::string line; std::getline(lines, line);) {
    if (line.ends_with(" .")) take(line.substr(0, line.size() - 2));
  }
  check_order();
}

void EventCheck::take(const std::string& line) {
  std::istringstream words(line);
  std::string what;
  std::string id;
  words >> what >> id;
  if (what == "wrong") fail("a child: " + line);
  Known& call = calls_[id];
  int attempt = 0;
  if (what == "submitted") {
    call.acknowledged = true;
    words >> call.lane >> call.number >> call.priority;
  } else if (what == "claimed") {
    std::string worker;
    words >> worker >> attempt;
    claimed(id, worker, attempt);
  } else if (what == "effect") {
    if (++call.effects == 2) ++repeated_;
  } else if (what == "finished") {
    words >> attempt;
    if (call.finished_attempt != 0) fail("finished twice: " + line);
    if (attempt != call.attempts) {
      fail(fmt::format("finished with an attempt that is not the last, {}: {}", call.attempts,
                       line));
    }
    call.finished_attempt = attempt;
    ++finished_;
  } else if (what == "refused") {
    ++refused_;
  } else {
    fail("an event nobody knows: " + line);
  }
}

void EventCheck::claimed(const std::string& id, const std::string& worker, int attempt) {
  Known& call = calls_[id];
  if (!claims_.emplace(id, attempt).second) {
    fail(fmt::format("attempt {} of {} was handed out twice", attempt, id));
  }
  if (call.finished_attempt != 0 && attempt > call.finished_attempt) {
    fail(fmt::format("{} was handed out after it had finished", id));
  }
  call.attempts = std::max(call.attempts, attempt);
  if (attempt == 1) first_claims_[worker].push_back(id);
}

/// Within a lane and a priority a worker gets what was submitted earlier before what came later:
/// when the later one was handed out, the earlier one was waiting, or had been handed out before.
void EventCheck::check_order() {
  for (const auto& [worker, ids] : first_claims_) {
    std::map<std::pair<std::uint64_t, int>, std::uint64_t> last;
    for (const std::string& id : ids) {
      const Known& call = calls_[id];
      if (!call.acknowledged) continue;  // its submitter was killed before it said so
      const auto [at, is_first] = last.try_emplace({call.lane, call.priority}, call.number);
      if (!is_first && call.number <= at->second) {
        fail(fmt::format("lane {} priority {}: number {} was handed out after {}", call.lane,
                         call.priority, call.number, at->second));
      }
      at->second = call.number;
    }
  }
}

void EventCheck::compare(const fnstore::Store& store) const {
  std::map<std::string, Status> found;
  for (const Call& call : store.calls({})) {
    if (!found.emplace(call.id, call.status).second) fail("listed twice: " + call.id);
  }
  for (const auto& [id, call] : calls_) {
    if (!call.acknowledged && call.attempts == 0) continue;
    const auto at = found.find(id);
    if (at == found.end()) fail("lost: " + id);
    if (call.finished_attempt != 0 && at->second != Status::success) {
      fail(fmt::format("{} had finished and is {}", id, to_string(at->second)));
    }
    if (at->second == Status::success && call.effects == 0) {
      fail(id + " has finished without its effect");
    }
  }
}
