#include "process_state.h"

#include <filesystem>
#include <fmt/format.h>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <unistd.h>

ProcessState process_state(pid_t pid) {
  const std::filesystem::path folder = fmt::format("/proc/{}", pid);
  std::ifstream pages(folder / "statm");
  std::uint64_t size = 0;
  std::uint64_t resident = 0;
  if (!(pages >> size >> resident)) {
    throw std::runtime_error(fmt::format("process {} is gone: its statm cannot be read", pid));
  }
  const std::filesystem::directory_iterator descriptors(folder / "fd");
  std::size_t open = static_cast<std::size_t>(std::distance(begin(descriptors), end(descriptors)));
  if (pid == ::getpid()) --open;  // the one that lists them
  return {resident * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE)), open};
}
