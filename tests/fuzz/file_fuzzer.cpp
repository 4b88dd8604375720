#include "fnstore/safekeeping.h"
#include "fnstore/store.h"

#include "quick_folder.h"

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

using namespace fnstore;

namespace {

constexpr std::size_t most_edits = 64;

std::string read_file(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  std::string bytes{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
  if (bytes.empty()) {
    std::fprintf(stderr, "%s: cannot be read\n", path.c_str());
    std::abort();
  }
  return bytes;
}

/// A file in an otherwise empty folder.
std::string store_with(const std::string& bytes, const std::string& folder) {
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    std::filesystem::remove(entry.path());
  }
  std::string path = folder + "/history.db";
  std::ofstream(path, std::ios::binary)
      .write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  return path;
}

/// Four bytes each: three with the place, one with the bits that change there.
std::string edited(std::string bytes, const std::uint8_t* data, std::size_t size) {
  for (std::size_t i = 0; i + 4 <= size && i < 4 * most_edits; i += 4) {
    const std::size_t at = std::size_t{data[i]} << 16 | std::size_t{data[i + 1]} << 8 | data[i + 2];
    char& byte = bytes[at % bytes.size()];
    byte = static_cast<char>(static_cast<unsigned char>(byte) ^ data[i + 3]);
  }
  return bytes;
}

/// A damaged file says so; nothing else may be the matter with it.
template <typename Read>
void attempt(Read&& read) {
  try {
    read();
  } catch (const Error& error) {
    const Errc code = error.code();
    if (code == Errc::corrupt || code == Errc::unsupported || code == Errc::schema_too_new) return;
    std::fprintf(stderr, "%s\n", error.what());
    std::abort();
  }
}

void read_everything(const Store& store) {
  attempt([&] { store.info(); });
  for (const char* const fn_id : {"", "generated", "rows"}) {
    CallFilter filter;
    filter.fn_id = fn_id;
    filter.per_page = 1'000;
    attempt([&] { store.list(filter); });
    filter.error = "time";
    attempt([&] { store.list(filter); });
  }
  for (const char* const id : {"row/01", "row/05", "row/17"}) {
    attempt([&] { store.find({"rows", id}); });
    attempt([&] { store.find_log({"rows", id}); });
  }
  attempt([&] { store.find({"one", "x"}); });
  attempt([&] { store.find_log({"one", "x"}); });
}

/// Writing to a damaged file may fail in more ways, but not in any.
void write_something(Store& store) {
  const auto try_to = [](auto&& write) {
    try {
      write();
    } catch (const Error&) {
      return;
    }
  };
  Call call;
  call.fn_id = "generated";
  call.id = "01D7N";
  call.status = Status::success;
  try_to([&] { store.insert(call); });
  try_to([&] { store.transition({"rows", "row/02"}, {.to = Status::success}); });
  try_to([&] { store.put_log({"one", "x"}, "log"); });
  try_to([&] { store.remove({"rows", "row/03"}); });
  try_to([&] { store.pack(); });
}

}  // namespace

// A store of tests/data with some of its bytes changed.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const std::string sound = read_file(FNSTORE_FROZEN_STORE);
  static const QuickFolder folder;
  StoreOptions options;
  options.durability = Durability::crash_safe;
  options.background_packing = false;
  options.busy_timeout = std::chrono::milliseconds(100);
  const std::string path = store_with(edited(sound, data, size), folder.path());
  attempt([&] { Safekeeping::verify_file(path); });
  attempt([&] {
    Store store = Store::open(path, options);
    read_everything(store);
    write_something(store);
    read_everything(store);
  });
  return 0;
}
