#include "commands.h"

#include <cstdlib>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <thread>
#include <unistd.h>

using namespace fnstore::executor;
using std::chrono::steady_clock;

CapturedCommand shell(const std::string& script) {
  return {.call = {.fn_id = "f", .id = "c"}, .argv = {"sh", "-c", script}};
}

CapturedResult run(const CapturedCommand& command) {
  return run_captured(command, {});
}

int alive_in_group(pid_t group) {
  int alive = 0;
  for (const auto& entry : std::filesystem::directory_iterator{"/proc"}) {
    const pid_t pid = std::atoi(entry.path().filename().c_str());
    if (pid <= 0 || ::getpgid(pid) != group) continue;
    const std::string stat = content_of(entry.path() / "stat");
    const std::size_t name_end = stat.rfind(") ");
    if (name_end != std::string::npos && stat[name_end + 2] != 'Z') ++alive;
  }
  return alive;
}

bool comes_true(const std::function<bool()>& condition, std::chrono::milliseconds patience) {
  const auto end = steady_clock::now() + patience;
  while (!condition()) {
    if (steady_clock::now() > end) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds{5});
  }
  return true;
}

std::chrono::milliseconds time_of(const std::function<void()>& fn) {
  const auto begin = steady_clock::now();
  fn();
  return std::chrono::duration_cast<std::chrono::milliseconds>(steady_clock::now() - begin);
}

ScratchFolder::ScratchFolder() {
  std::string name = std::filesystem::temp_directory_path() / "fnstore-captured-XXXXXX";
  if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("cannot make " + name);
  folder_ = name;
}

ScratchFolder::~ScratchFolder() {
  std::error_code ignored;
  std::filesystem::remove_all(folder_, ignored);
}

std::string content_of(const std::string& path) {
  std::ifstream file{path};
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}
