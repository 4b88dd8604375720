#include "judgement.h"

#include <algorithm>
#include <fmt/format.h>
#include <functional>
#include <span>

namespace {

using Measurements = std::span<const Measurement>;
using Figure = std::function<double(const Measurement&)>;

struct Thirds {
  Measurements middle;
  Measurements last;
};

Thirds thirds(const std::vector<Measurement>& samples) {
  const std::size_t third = samples.size() / 3;
  const Measurements all(samples);
  return {all.subspan(all.size() - 2 * third, third), all.last(third)};
}

double median(Measurements samples, const Figure& figure) {
  std::vector<double> values;
  for (const Measurement& sample : samples) values.push_back(figure(sample));
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

/// At most `factor` times what it was, and `more` on top.
Finding compare(std::string_view what, const Thirds& of, const Figure& figure, double factor,
                double more) {
  const double before = median(of.middle, figure);
  const double after = median(of.last, figure);
  const double most = factor * before + more;
  return {what, after <= most,
          fmt::format("{:.6g}, then {:.6g}, at most {:.6g}", before, after, most)};
}

void judge_processes(std::vector<Finding>& findings, const Thirds& of, const Tolerance& allowed) {
  constexpr double mebibyte = 1 << 20;
  for (std::size_t i = 0; i < Measurement{}.processes.size(); ++i) {
    findings.push_back(compare(
        "descriptors", of,
        [i](const Measurement& s) { return static_cast<double>(s.processes[i].descriptors); }, 1,
        static_cast<double>(allowed.descriptors)));
    findings.push_back(compare(
        "memory in MiB", of,
        [i](const Measurement& s) {
          return static_cast<double>(s.processes[i].resident_bytes) / mebibyte;
        },
        1, static_cast<double>(allowed.memory_bytes) / mebibyte));
  }
}

Finding judge_log(const Thirds& of, std::uint64_t most) {
  std::uint64_t largest = 0;
  for (const Measurements samples : {of.middle, of.last}) {
    for (const Measurement& sample : samples) largest = std::max(largest, sample.log_bytes);
  }
  return {"log in KiB", largest <= most,
          fmt::format("at most {} of {}", largest >> 10, most >> 10)};
}

/// Everyone came on with their work in the last third.
Finding judge_rounds(const Thirds& of) {
  Finding found{"rounds", true, {}};
  for (std::size_t part = 0; part < part_names.size(); ++part) {
    const std::uint64_t rounds = of.last.back().rounds[part] - of.middle.back().rounds[part];
    found.flat = found.flat && rounds > 0;
    found.figures += fmt::format("{}{} {}", part == 0 ? "" : ", ", part_names[part], rounds);
  }
  return found;
}

}  // namespace

std::vector<Finding> judge(const std::vector<Measurement>& samples, const Tolerance& allowed) {
  const Thirds of = thirds(samples);
  std::vector<Finding> findings;
  judge_processes(findings, of, allowed);
  findings.push_back(compare(
      "heap in bytes", of, [](const Measurement& s) { return static_cast<double>(s.heap_bytes); },
      1, static_cast<double>(allowed.heap_bytes)));
  findings.push_back(judge_log(of, allowed.most_log_bytes));
  const auto compared = [&](std::string_view what, double factor, double more,
                            const Figure& of_one) {
    findings.push_back(compare(what, of, of_one, factor, more));
  };
  compared("file in bytes", allowed.file, static_cast<double>(allowed.file_bytes),
           [](const Measurement& s) { return static_cast<double>(s.file_bytes); });
  compared("calls", allowed.calls, 0,
           [](const Measurement& s) { return static_cast<double>(s.calls); });
  const auto latency = [&](std::string_view what, double more, const Figure& of_one) {
    compared(what, allowed.latency, more, of_one);
  };
  latency("p50 of an insert in us", allowed.p50_us,
          [](const Measurement& s) { return s.insert.p50_us; });
  latency("p99 of an insert in us", allowed.p99_us,
          [](const Measurement& s) { return s.insert.p99_us; });
  latency("p50 of a page in us", allowed.p50_us,
          [](const Measurement& s) { return s.page.p50_us; });
  latency("p99 of a page in us", allowed.p99_us,
          [](const Measurement& s) { return s.page.p99_us; });
  findings.push_back(judge_rounds(of));
  return findings;
}
