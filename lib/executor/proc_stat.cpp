#include "executor/proc_stat.h"

#include "executor/file_descriptor.h"

#include <array>
#include <cerrno>
#include <charconv>
#include <dirent.h>
#include <fcntl.h>
#include <memory>
#include <string>
#include <string_view>
#include <unistd.h>

namespace fnstore::executor {
namespace {

constexpr std::uint64_t nanoseconds_per_second = 1'000'000'000;

// Where /proc/PID/stat has its fields, counted from the one after the program's name.
constexpr std::size_t state_field = 0;
constexpr std::size_t user_field = 11;
constexpr std::size_t kernel_field = 12;
constexpr std::size_t children_user_field = 13;
constexpr std::size_t children_kernel_field = 14;
constexpr std::size_t resident_field = 21;
constexpr std::size_t field_count = 22;

/// A file of a few kilobytes at most; empty when it cannot be read.
std::string read_small_file(pid_t pid, const char* name) {
  const std::string path = "/proc/" + std::to_string(pid) + '/' + name;
  const FileDescriptor file{::open(path.c_str(), O_RDONLY | O_CLOEXEC)};
  if (!file) return {};
  std::string text(4096, '\0');
  ssize_t count = 0;
  do {
    count = ::read(file.get(), text.data(), text.size());
  } while (count < 0 && errno == EINTR);
  text.resize(count > 0 ? static_cast<std::size_t>(count) : 0);
  return text;
}

std::uint64_t number(std::string_view text) {
  std::uint64_t value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

std::uint64_t nanoseconds(std::uint64_t ticks) {
  static const auto per_second = static_cast<std::uint64_t>(::sysconf(_SC_CLK_TCK));
  return ticks * (nanoseconds_per_second / per_second);
}

/// The number after "name: " at the beginning of a line.
std::uint64_t labelled_number(std::string_view text, std::string_view label) {
  const std::size_t at = text.find(label);
  return at == std::string_view::npos ? 0 : number(text.substr(at + label.size()));
}

std::optional<std::array<std::string_view, field_count>> split_stat(std::string_view stat) {
  // The name stands in parentheses and may itself hold spaces and parentheses.
  const std::size_t name_end = stat.rfind(") ");
  if (name_end == std::string_view::npos) return std::nullopt;
  stat.remove_prefix(name_end + 2);
  std::array<std::string_view, field_count> fields;
  for (std::string_view& field : fields) {
    const std::size_t end = stat.find(' ');
    if (end == std::string_view::npos) return std::nullopt;
    field = stat.substr(0, end);
    stat.remove_prefix(end + 1);
  }
  return fields;
}

}  // namespace

std::optional<ProcessUsage> read_process(pid_t pid) {
  static const auto page_bytes = static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
  const std::string stat = read_small_file(pid, "stat");
  const auto fields = split_stat(stat);
  if (!fields) return std::nullopt;
  const auto ticks = [&](std::size_t own, std::size_t children) {
    return nanoseconds(number((*fields)[own]) + number((*fields)[children]));
  };
  const std::string_view state = (*fields)[state_field];
  return ProcessUsage{
      .pid = pid,
      .ended = state == "Z" || state == "X",
      .cpu_user = ticks(user_field, children_user_field),
      .cpu_kernel = ticks(kernel_field, children_kernel_field),
      .memory = number((*fields)[resident_field]) * page_bytes,
  };
}

std::optional<DiskUsage> read_disk_usage(pid_t pid) {
  const std::string io = read_small_file(pid, "io");
  if (io.empty()) return std::nullopt;
  return DiskUsage{.read = labelled_number(io, "\nread_bytes: "),
                   .write = labelled_number(io, "\nwrite_bytes: ")};
}

std::vector<ProcessUsage> read_process_group(pid_t group) {
  std::vector<ProcessUsage> members;
  const std::unique_ptr<DIR, int (*)(DIR*)> folder{::opendir("/proc"), ::closedir};
  if (!folder) return members;
  while (const dirent* entry = ::readdir(folder.get())) {
    const auto pid = static_cast<pid_t>(number(entry->d_name));
    // Asking the kernel first is far cheaper than reading every process of the machine.
    if (pid <= 0 || ::getpgid(pid) != group) continue;
    if (const std::optional<ProcessUsage> process = read_process(pid)) {
      members.push_back(*process);
    }
  }
  return members;
}

}  // namespace fnstore::executor
