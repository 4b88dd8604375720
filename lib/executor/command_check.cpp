#include "executor/command_check.h"

#include "fnstore/error.h"
#include "fnstore/limits.h"

#include "executor/environment.h"
#include "executor/log_capture.h"

#include <algorithm>

namespace fnstore::executor {
namespace {

constexpr std::uint64_t most_memory = UINT64_MAX >> 20U;

void check(bool is_right, const std::string& message) {
  if (!is_right) throw Error(Errc::invalid, message);
}

}  // namespace

void check_terms(const CommandTerms& terms) {
  check(!terms.argv.empty(), "no command to run; give a program and its arguments");
  const auto has_nul = [](const std::string& text) { return text.find('\0') != text.npos; };
  check(std::none_of(terms.argv.begin(), terms.argv.end(), has_nul),
        "an argument of the command holds a NUL byte; the system cannot pass that on");
  check(terms.timeout.count() >= 0 && terms.timeout.count() <= limits::max_seconds,
        "timeout " + std::to_string(terms.timeout.count()) + " s is not between 0 and " +
            std::to_string(limits::max_seconds));
  check(terms.memory <= most_memory,
        "memory " + std::to_string(terms.memory) + " MiB is more than any machine can address");
  check_environment(terms.environment);
  check(terms.grace.count() >= 0, "the grace after a timeout is negative");
  check(terms.sample_interval.count() > 0, "the interval between samples is not positive");
  const std::size_t most_log = limits::log_bytes - LogCapture::cut_line_bytes;
  check(terms.log_bytes <= most_log, "log_bytes " + std::to_string(terms.log_bytes) +
                                         " is more than " + std::to_string(most_log));
}

}  // namespace fnstore::executor
