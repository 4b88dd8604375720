#include "sample_history.h"

#include "contents.h"

#include <cstdlib>
#include <filesystem>
#include <fmt/format.h>
#include <span>
#include <stdexcept>
#include <unistd.h>

namespace fs = std::filesystem;
using namespace fnstore;

namespace {

constexpr std::int64_t first_ms = 1'554'422'700'250;

Call sample_call(std::size_t number, const std::string& fn_id) {
  Call call;
  call.id = fmt::format("{:06}", number);
  call.fn_id = fn_id;
  call.app_id = "app";
  call.status = number % 7 == 3 ? Status::error : Status::success;
  if (call.status == Status::error) call.error = "bad_exit: 3";
  call.created_at = Timestamp(std::chrono::milliseconds(first_ms + 10 * std::int64_t(number)));
  call.started_at = call.created_at;
  call.completed_at = *call.created_at + std::chrono::milliseconds(number % 900);
  return call;
}

void fill(Store& store, bool pack) {
  std::vector<CallRecord> records;
  for (std::size_t number = 0; number < 300; ++number) records.push_back(sample_record(number));
  store.insert(std::span(records).first(200), OnConflict::error);
  if (pack) store.pack();
  store.insert(std::span(records).subspan(200, 70), OnConflict::error);
  for (std::size_t number = 270; number < 300; ++number) store.insert(records[number].call);
  for (const char* const id : {"running-1", "running-2"}) {
    Call call{.id = id, .fn_id = "f-0", .status = Status::running};
    call.created_at = Timestamp(std::chrono::milliseconds(first_ms));
    store.insert(call);
  }
  for (std::size_t number = 0; number < history_waiting; ++number) {
    Call call{.id = fmt::format("waiting-{}", number), .fn_id = "work", .type = CallType::async};
    Queue(store).submit({.call = call});
  }
}

/// The files of a history, with the store still open: as a kill leaves them.
class Template {
 public:
  explicit Template(bool killed)
      : folder_((fs::temp_directory_path() / "fnstore-template-XXXXXX").string()) {
    if (::mkdtemp(folder_.data()) == nullptr) throw std::runtime_error("no folder " + folder_);
    const std::string path = folder_ + "/history.db";
    {
      Store store = Store::open(path, quiet_options());
      fill(store, !killed);
      if (!killed) store.pack();
      if (killed) keep_copy(path);
    }
    if (!killed) keep_copy(path);
  }
  ~Template() {
    std::error_code ignored;
    fs::remove_all(folder_, ignored);
  }

  void copy_to(const std::string& path) const {
    for (const char* const ending : {"", "-wal"}) {
      const std::string kept = folder_ + "/kept" + ending;
      if (fs::exists(kept)) fs::copy_file(kept, path + ending);
    }
  }

 private:
  void keep_copy(const std::string& path) const {
    for (const char* const ending : {"", "-wal"}) {
      if (fs::exists(path + ending)) fs::copy_file(path + ending, folder_ + "/kept" + ending);
    }
  }

  std::string folder_;
};

}  // namespace

CallRecord sample_record(std::size_t number) {
  CallRecord record{sample_call(number, fmt::format("f-{}", number % 3)), std::nullopt};
  if (number % 3 == 0) record.call.payload = fmt::format("payload {}", number);
  if (number % 5 == 0) record.log = fmt::format("line {}\n", number);
  return record;
}

std::vector<Call> sample_batch(std::size_t size, const std::string& fn_id) {
  std::vector<Call> calls;
  for (std::size_t number = 0; number < size; ++number) calls.push_back(sample_call(number, fn_id));
  return calls;
}

void make_history(const std::string& path) {
  static const Template made(false);
  made.copy_to(path);
}

void make_killed_history(const std::string& path) {
  static const Template made(true);
  made.copy_to(path);
}

void copy_frozen(int schema, const std::string& path) {
  const char* const source = std::getenv("FNSTORE_SOURCE");
  if (source == nullptr) throw std::runtime_error("FNSTORE_SOURCE is not set");
  fs::copy_file(fs::path(source) / fmt::format("tests/data/schema-{}.db", schema), path);
}
