#include "fresh_process.h"

#include "fnstore/error.h"

#include "page_cases.h"
#include "result_line.h"
#include "stopwatch.h"

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fmt/format.h>
#include <fstream>
#include <spawn.h>
#include <sstream>
#include <sys/wait.h>
#include <unistd.h>
#include <vector>

namespace fnstore::bench {
namespace {

/// A line of /proc/self/status in MiB: VmRSS, VmHWM.
double memory_mib(std::string_view name) {
  std::ifstream status("/proc/self/status");
  std::string line;
  while (std::getline(status, line)) {
    if (!line.starts_with(name)) continue;
    return std::stod(line.substr(line.find(':') + 1)) / 1024;
  }
  throw Error(Errc::unsupported, fmt::format("/proc/self/status does not say {}", name));
}

std::vector<CallFilter> read_requests(const std::string& file) {
  std::ifstream in(file);
  std::vector<CallFilter> requests;
  std::string line;
  while (std::getline(in, line)) {
    const std::size_t tab = line.find('\t');
    CallFilter& request = requests.emplace_back();
    request.fn_id = line.substr(0, tab);
    request.cursor = line.substr(tab + 1);
    request.per_page = page_size;
  }
  if (requests.empty()) throw Error(Errc::invalid, file + ": no requests to serve");
  return requests;
}

[[noreturn]] void fail_to_run(const char* what, int reason) {
  throw Error(Errc::io,
              fmt::format("a fresh process cannot be {}: {}", what, std::strerror(reason)));
}

/// Runs this program and returns what it printed.
std::string output_of(std::vector<std::string> arguments) {
  std::array<int, 2> pipe{};
  if (::pipe(pipe.data()) != 0) fail_to_run("listened to", errno);
  posix_spawn_file_actions_t actions;
  ::posix_spawn_file_actions_init(&actions);
  ::posix_spawn_file_actions_adddup2(&actions, pipe[1], STDOUT_FILENO);
  ::posix_spawn_file_actions_addclose(&actions, pipe[0]);
  ::posix_spawn_file_actions_addclose(&actions, pipe[1]);
  std::vector<char*> argv;
  for (std::string& argument : arguments) argv.push_back(argument.data());
  argv.push_back(nullptr);
  pid_t child = 0;
  const int failure =
      ::posix_spawn(&child, "/proc/self/exe", &actions, nullptr, argv.data(), environ);
  ::posix_spawn_file_actions_destroy(&actions);
  ::close(pipe[1]);
  std::string output;
  std::array<char, 512> bytes{};
  ssize_t size = 0;
  while (failure == 0 && (size = ::read(pipe[0], bytes.data(), bytes.size())) > 0) {
    output.append(bytes.data(), static_cast<std::size_t>(size));
  }
  ::close(pipe[0]);
  if (failure != 0) fail_to_run("begun", failure);
  int status = 0;
  if (::waitpid(child, &status, 0) != child) fail_to_run("waited for", errno);
  if (status != 0) throw Error(Errc::io, "a fresh process failed; see above what it said");
  return output;
}

}  // namespace

void write_requests(const HistoryMarks& history, const Settings& settings,
                    const std::string& file) {
  Random random(settings.seed);
  std::ofstream out(file);
  const auto deep = page_cases()[2].make;
  const auto hot = page_cases()[0].make;
  for (std::size_t i = 0; i <= served_pages; ++i) {
    const CallFilter request = (i % 4 == 0 ? hot : deep)(history, random);
    out << request.fn_id << '\t' << request.cursor << '\n';
  }
  if (!out.flush()) throw Error(Errc::io, file + ": cannot be written");
}

Served serve_in_fresh_process(const Settings& settings, const EngineKind& kind,
                              const std::string& path, const std::string& requests) {
  std::istringstream figures(
      output_of({"fnstore-bench", "reopen", "--engine", std::string(kind.name), "--serve", requests,
                 "--db", path, "--durability", to_string(settings.durability)}));
  Served served;
  figures >> served.open_ms >> served.first_page_ms >> served.p50_us >> served.p99_us >>
      served.rss_growth_mib >> served.peak_growth_mib >> served.pages;
  if (!figures) throw Error(Errc::io, "a fresh process did not say how it did");
  return served;
}

void serve(const Settings& settings, const EngineKind& kind) {
  const std::vector<CallFilter> requests = read_requests(settings.serve);
  const double rss_mib = memory_mib("VmRSS");
  std::vector<double> took_us;
  took_us.reserve(requests.size());
  Served served;
  const Stopwatch watch;
  const auto engine = kind.open(settings.db, {.durability = settings.durability});
  served.open_ms = watch.milliseconds();
  if (engine->list(requests.front()).items.empty()) {
    throw Error(Errc::corrupt, settings.db + ": its first page is empty");
  }
  served.first_page_ms = watch.milliseconds();
  for (const CallFilter& request : requests) {
    if (watch.seconds() > serving_s) break;
    const Stopwatch page_watch;
    const CallList page = engine->list(request);
    took_us.push_back(page_watch.microseconds());
  }
  served.p50_us = quantile(took_us, 0.5);
  served.p99_us = quantile(took_us, 0.99);
  served.rss_growth_mib = memory_mib("VmRSS") - rss_mib;
  served.peak_growth_mib = memory_mib("VmHWM") - rss_mib;
  served.pages = static_cast<double>(took_us.size());
  fmt::print("{} {} {} {} {} {} {}\n", served.open_ms, served.first_page_ms, served.p50_us,
             served.p99_us, served.rss_growth_mib, served.peak_growth_mib, served.pages);
}

}  // namespace fnstore::bench
