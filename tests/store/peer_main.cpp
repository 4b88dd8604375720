// store-peer FILE: opens the store and carries out the commands that come in, one a line, words
// parted by tabs, each answered by one line: what was asked for, "ok", or the word of an error's
// code. Ends with its input.
#include "calls.h"

#include <csignal>
#include <cstdio>
#include <fmt/format.h>
#include <functional>
#include <iostream>
#include <map>
#include <string>
#include <sys/prctl.h>
#include <vector>

using namespace fnstore;

namespace {

using Words = std::vector<std::string>;

Words split(const std::string& line) {
  Words words;
  std::size_t from = 0;
  for (std::size_t tab = line.find('\t'); tab != std::string::npos; tab = line.find('\t', from)) {
    words.push_back(line.substr(from, tab - from));
    from = tab + 1;
  }
  words.push_back(line.substr(from));
  return words;
}

std::string joined_ids(const std::vector<Call>& calls) {
  std::string ids;
  for (const Call& call : calls) ids += (ids.empty() ? "" : " ") + call.id;
  return ids;
}

/// work FN PREFIX COUNT: takes so many calls through their lives.
std::string work(Store& store, const Words& words) {
  for (int i = 0; i < std::stoi(words.at(3)); ++i) {
    const Call call = call_in(Status::queued, words.at(1), fmt::format("{}{:04}", words.at(2), i));
    store.insert(call);
    store.transition(call.key(), {.to = Status::running});
    store.transition(call.key(), {.to = Status::success});
    store.put_log(call.key(), call.id);
  }
  return "ok";
}

/// claim FN COUNT: tries to start each of the calls 0000, 0001, ..., and says which it started.
std::string claim(Store& store, const Words& words) {
  std::vector<Call> claimed;
  for (std::size_t i = 0; i < std::stoul(words.at(2)); ++i) {
    const std::string id = four_digits(i);
    const std::string code = code_of([&] {
      claimed.push_back(store.transition({words.at(1), id}, {.to = Status::running}));
    });
    if (code != "no error" && code != "conflict") return code;
  }
  return joined_ids(claimed);
}

/// flood FN: inserts batches for good, telling of each; for being stopped in the middle.
std::string flood(Store& store, const Words& words) {
  for (std::size_t batch = 0;; ++batch) {
    std::vector<Call> calls;
    for (std::size_t i = 0; i < 5'000; ++i) {
      calls.push_back(call_in(Status::success, words.at(1), fmt::format("{:05}-{:04}", batch, i)));
    }
    store.insert(calls);
    std::cout << batch << std::endl;
    if (!std::cout) return "ok";
  }
}

std::string carry_out(Store& store, const Words& words) {
  const std::string& command = words.at(0);
  if (command == "pack") return store.pack(), "ok";
  if (command == "calls") return std::to_string(store.info().calls);
  if (command == "work") return work(store, words);
  if (command == "claim") return claim(store, words);
  if (command == "flood") return flood(store, words);
  if (command == "ids") {
    return joined_ids(checked_walk(store, {.fn_id = words.at(1), .per_page = 7}));
  }
  const CallKey key{words.at(1), words.at(2)};
  if (command == "get") return to_json(store.get(key));
  if (command == "log") return store.get_log(key);
  if (command == "put_log") return store.put_log(key, words.at(3)), "ok";
  if (command == "remove") return store.remove(key), "ok";
  const Status status = parse_status(words.at(3));
  if (command == "insert") return store.insert(call_in(status, words.at(1), words.at(2))), "ok";
  if (command == "step") return to_json(store.transition(key, {.to = status}));
  return "no such command";
}

}  // namespace

int main(int count, char** arguments) {
  if (count != 2) return 2;
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);  // even when halted: it holds the test's output open
  try {
    Store store = Store::open(
        arguments[1], {.durability = Durability::crash_safe, .create = true, .pack_after = 200});
    for (std::string line; std::getline(std::cin, line);) {
      std::string answer;
      const std::string code = code_of([&] { answer = carry_out(store, split(line)); });
      std::cout << (code == "no error" ? answer : code) << std::endl;
    }
  } catch (const std::exception& failure) {
    std::cout << failure.what() << std::endl;
    return 1;
  }
  return 0;
}
