#include "damaged_store.h"

#include "fnstore/json.h"

#include "sample_calls.h"

using namespace fnstore;

namespace {

constexpr std::uint32_t packed_of_f = 1'500;

std::string text_of(const std::vector<Call>& calls) {
  std::string text;
  for (const Call& call : calls) text += to_json(call) + '\n';
  return text;
}

std::string text_of(const std::optional<Call>& call) {
  return call ? to_json(*call) : "none";
}

std::string text_of(const StoreInfo& info) {
  std::string text = std::to_string(info.calls) + " calls, " + std::to_string(info.functions);
  for (const std::uint64_t count : info.calls_by_status) text += ' ' + std::to_string(count);
  for (const auto& time : {info.oldest, info.newest}) {
    text += ' ' + (time ? format_rfc3339(*time) : "none");
  }
  return text;
}

Call call_of(const std::string& fn_id, std::uint32_t n) {
  return fn_id == "g" ? foreign_call(fn_id, n) : sample_call(fn_id, n);
}

Reading list(const std::string& name, const CallFilter& filter) {
  return {name, [filter](const Store& store) { return text_of(walk(store, filter)); }};
}

Reading find(const std::string& name, const std::string& fn_id, std::uint32_t from,
             std::uint32_t step) {
  return {name, [=](const Store& store) {
            std::string text;
            for (std::uint32_t n = from; n < packed_of_f; n += step) {
              text += text_of(store.find(call_of(fn_id, n).key())) + '\n';
            }
            return text;
          }};
}

Reading log(const std::string& fn_id) {
  return {"log " + fn_id, [=](const Store& store) {
            std::string text;
            for (std::uint32_t n = 0; n < packed_of_f; n += 4) {
              text += store.find_log(call_of(fn_id, n).key()).value_or("none") + '\n';
            }
            return text;
          }};
}

std::vector<Reading> make_readings() {
  const Timestamp from = *sample_call("f", 700).created_at;
  const Timestamp to = *sample_call("f", 900).created_at;
  return {
      {"info", [](const Store& store) { return text_of(store.info()); }},
      list("list f", {.fn_id = "f"}),
      list("list g", {.fn_id = "g"}),
      list("list r", {.fn_id = "r"}),
      list("list w", {.fn_id = "w"}),
      list("list all", {}),
      list("errors of f", {.fn_id = "f", .status = {Status::error}}),
      list("own messages of f", {.fn_id = "f", .error = "own"}),
      list("cancelled of all", {.status = {Status::cancelled}}),
      list("async of f", {.fn_id = "f", .type = CallType::async}),
      list("an app of f", {.fn_id = "f", .app_id = "app-2"}),
      list("a trigger of f", {.fn_id = "f", .trigger_id = "trigger-3"}),
      list("a time of f", {.fn_id = "f", .from_time = from, .to_time = to}),
      find("find f", "f", 0, 7),
      find("find g", "g", 0, 7),
      find("find r", "r", 0, 1),
      log("f"),
      log("g"),
      log("r"),
  };
}

Call with_large_stats() {
  Call call = sample_call("r", 60);
  call.stats.clear();
  for (std::uint64_t i = 0; i < 240; ++i) {
    call.stats.push_back({*call.created_at + std::chrono::seconds(i),
                          {{"cpu_total", 0x0123'4567'89ab'cdefULL * i}}});
  }
  return call;
}

}  // namespace

void make_sound_store(const std::string& path) {
  Store store = Store::open(path, quiet_options());
  store.insert(sample_records("f", 0, packed_of_f), OnConflict::error);
  store.pack();
  std::vector<CallRecord> foreign = sample_records("g", 0, 300);
  for (std::uint32_t n = 0; n < 300; ++n) foreign[n].call = foreign_call("g", n);
  store.insert(foreign, OnConflict::error);
  store.pack();
  store.insert(sample_records("r", 0, 60), OnConflict::error);
  store.insert(with_large_stats());
  for (std::uint32_t n = 0; n < 12; ++n) {
    store.insert(waiting_call("w", n, static_cast<Status>(n % 3)));
  }
}

const std::vector<Reading>& readings() {
  static const std::vector<Reading> all = make_readings();
  return all;
}

Answers read_sound_store(const std::string& path) {
  const Store store = Store::open(path, quiet_options());
  Answers answers;
  for (const Reading& reading : readings()) answers[reading.name] = reading.read(store);
  return answers;
}

namespace {

template <typename Work>
ReadingResult result_of(Work&& work) {
  try {
    return {work() ? Outcome::right : Outcome::wrong, {}};
  } catch (const Error& error) {
    const bool corrupt = error.code() == Errc::corrupt;
    return {corrupt ? Outcome::corrupt : Outcome::other_error,
            std::string(to_string(error.code())) + ": " + error.what()};
  } catch (const std::exception& other) {
    return {Outcome::other_exception, other.what()};
  }
}

}  // namespace

std::map<std::string, ReadingResult> read_damaged_store(const std::string& path,
                                                        const Answers& sound) {
  std::map<std::string, ReadingResult> results;
  const ReadingResult opened = result_of([&] {
    const Store store = Store::open(path, quiet_options());
    for (const Reading& reading : readings()) {
      results[reading.name] =
          result_of([&] { return reading.read(store) == sound.at(reading.name); });
    }
    return true;
  });
  if (opened.outcome == Outcome::right) return results;
  for (const Reading& reading : readings()) results[reading.name] = opened;
  return results;
}
