// Values under the names of secrets are nowhere: not in the file, not in its log, not in what is
// read or thrown. That they are looked for in the right way is shown by recording them.

#include "fnstore/fnstore.h"

#include <array>
#include <catch2/catch.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <stdexcept>
#include <string>

using namespace fnstore;

namespace {

const std::string secret = "q7Zt9xW2mK4vB8nR";
const std::string harmless = "h3Lp6sD1fG5jC0yT";

class Folder {
 public:
  Folder() : path_((std::filesystem::temp_directory_path() / "fnstore-secret-XXXXXX").string()) {
    if (::mkdtemp(path_.data()) == nullptr) throw std::runtime_error("no folder");
  }
  ~Folder() { std::filesystem::remove_all(path_); }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;

  std::string file() const { return path_ + "/history.db"; }

  /// Copied first: closing the store's own file by hand would drop its locks.
  bool holds(const std::string& text) const {
    const std::string copy = path_ + "-copy";
    std::filesystem::copy(path_, copy);
    bool found = false;
    for (const auto& entry : std::filesystem::directory_iterator(copy)) {
      std::ifstream in(entry.path(), std::ios::binary);
      const std::string bytes{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
      found = found || bytes.find(text) != std::string::npos;
    }
    std::filesystem::remove_all(copy);
    return found;
  }

 private:
  std::string path_;
};

Call call_with_secrets() {
  Call call{.id = new_call_id(), .fn_id = "f"};
  call.status = Status::success;
  // Bytes that cannot be compressed, so that the texts beside them stay as they are.
  std::minstd_rand random(7);
  call.payload.resize(4'096);
  for (char& byte : call.payload) byte = static_cast<char>(random() >> 8U & 0xff);
  call.headers = {{"Authorization", {secret, secret}},
                  {"Set-Cookie", {secret}},
                  {"X-Api-Key", {secret}},
                  {"Accept", {harmless}}};
  call.config = {{"DB_PASSWORD", secret}, {"aws_secret_access", secret}, {"REGION", harmless}};
  call.annotations = {{"session-token", '"' + secret + '"'},
                      {"fnstore.environment", R"(["API_TOKEN=)" + secret + R"(","HOME"])"}};
  return call;
}

void check_redacted(const Call& found) {
  CHECK(found.headers.at("Authorization") == std::vector<std::string>(2, "[redacted]"));
  CHECK(found.headers.at("X-Api-Key") == std::vector<std::string>{"[redacted]"});
  CHECK(found.headers.at("Accept") == std::vector<std::string>{harmless});
  CHECK(found.config.at("DB_PASSWORD") == "[redacted]");
  CHECK(found.config.at("REGION") == harmless);
  CHECK(found.annotations.at("session-token") == R"("[redacted]")");
  CHECK(found.annotations.at("fnstore.environment") == R"(["API_TOKEN=[redacted]","HOME"])");
}

constexpr std::array ways = {"insert", "batch", "records", "held", "buffered"};

void record(Store& store, const std::string& way, Call call) {
  if (way == "insert" || way == "buffered") {
    store.insert(call);
  } else if (way == "batch") {
    std::vector<Call> calls(5'000, Call{.fn_id = "f"});
    for (Call& other : calls) other.id = new_call_id();
    for (Call& other : calls) other.status = Status::success;
    calls.push_back(call);
    store.insert(calls);
  } else if (way == "records") {
    const CallRecord one{call, "its log"};
    store.insert(std::span(&one, 1), OnConflict::replace);
  } else {
    call.status = Status::running;
    call.type = CallType::sync;
    Queue(store).hold(Queue::new_worker(std::chrono::seconds(10)), call);
  }
  store.flush();
}

}  // namespace

TEST_CASE("names of secrets are known in any case and place") {
  const RedactionRule rule;
  for (const char* const name :
       {"authorization", "Authorization", "Proxy-Authorization", "cookie", "Set-Cookie", "token",
        "X-Auth-Token", "GITHUB_TOKEN", "client_secret_id", "Password", "PGPASSWORD", "api_key",
        "KEY", "sshKeyFile", "AWS_SECRET_ACCESS_KEY"}) {
    INFO(name);
    CHECK(rule.covers(name));
  }
  for (const char* const name : {"", "Accept", "PATH", "REGION", "author", "Content-Type"}) {
    INFO(name);
    CHECK_FALSE(rule.covers(name));
  }
}

TEST_CASE("a rule of one's own: stars, letters, none at all") {
  const RedactionRule rule = RedactionRule::parse("x-*-id,,PIN,*a*b*");
  CHECK(rule.names == std::vector<std::string>{"x-*-id", "PIN", "*a*b*"});
  CHECK(rule.covers("X-User-Id"));
  CHECK_FALSE(rule.covers("X-User-Ids"));
  CHECK(rule.covers("pin"));
  CHECK_FALSE(rule.covers("spin"));
  CHECK(rule.covers("xxaxxbxx"));
  CHECK_FALSE(rule.covers("bbba"));
  CHECK_FALSE(rule.covers("authorization"));
  CHECK_FALSE(RedactionRule::parse("").covers("password"));
}

TEST_CASE("no way of recording a call stores a secret") {
  const std::string way = GENERATE(from_range(ways.begin(), ways.end()));
  INFO(way);
  const Folder folder;
  StoreOptions options;
  if (way == "buffered") options.durability = Durability::buffered;
  const Call call = call_with_secrets();
  {
    Store store = Store::open(folder.file(), options);
    record(store, way, call);
    CHECK_FALSE(folder.holds(secret));  // the log too
    CHECK(folder.holds(harmless));
    check_redacted(store.get(call.key()));
    store.pack();
    CHECK_FALSE(folder.holds(secret));
  }
  CHECK_FALSE(folder.holds(secret));
}

TEST_CASE("without the rule the secrets are found, so that looking for them means something") {
  const std::string way = GENERATE(from_range(ways.begin(), ways.end()));
  INFO(way);
  const Folder folder;
  StoreOptions options;
  options.redaction = RedactionRule::parse("");
  const Call call = call_with_secrets();
  Store store = Store::open(folder.file(), options);
  record(store, way, call);
  CHECK(folder.holds(secret));
  CHECK(store.get(call.key()).headers == call.headers);
}

TEST_CASE("a queued command with a secret is refused, by the variable's name alone") {
  const Folder folder;
  Store store = Store::open(folder.file());
  Executor executor(store, {.workers = 0});
  try {
    executor.submit("f", Command{{"true"}, {"API_TOKEN=" + secret}});
    FAIL("it was queued");
  } catch (const Error& error) {
    CHECK(error.code() == Errc::invalid);
    CHECK_THAT(error.what(), Catch::Contains("API_TOKEN"));
    CHECK_THAT(error.what(), !Catch::Contains(secret));
  }
  CHECK(store.info().calls == 0);
  CHECK_FALSE(folder.holds(secret));
  CHECK_NOTHROW(executor.submit("f", Command{{"true"}, {"API_TOKEN", "STAGE=test"}}));
}

TEST_CASE("errors about a call or an environment do not tell their values") {
  const Folder folder;
  Store store = Store::open(folder.file());
  Executor executor(store, {.workers = 0});
  const auto message_of = [](auto&& work) {
    try {
      work();
    } catch (const Error& error) {
      return std::string(error.what());
    }
    return std::string("nothing was thrown");
  };
  const std::string with_nul = "API_TOKEN=" + secret + std::string(1, '\0');
  std::vector<std::string> messages = {
      message_of([&] {
        executor.submit("f", Command{{"true"}, {with_nul}});
      }),
      message_of([&] {
        executor.submit("f", Command{{"true"}, {"=" + secret}});
      }),
  };
  for (const char* const broken : {"config", "headers"}) {
    Call call = call_with_secrets();
    if (broken == std::string("config")) call.config["PASSWORD"] = secret + "\xff";
    if (broken == std::string("headers")) call.headers["Cookie"] = {secret + "\xff"};
    messages.push_back(message_of([&] { store.insert(call); }));
  }
  for (const std::string& message : messages) {
    INFO(message);
    CHECK(message != "nothing was thrown");
    CHECK_THAT(message, !Catch::Contains(secret));
  }
}
