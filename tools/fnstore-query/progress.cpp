#include "progress.h"

#include "display_width.h"
#include "output.h"

#include <algorithm>
#include <fmt/format.h>
#include <unistd.h>
#include <utility>

namespace fnstore::query {
namespace {

constexpr std::chrono::milliseconds draw_interval{100};
constexpr std::size_t most_bar = 30;
constexpr std::size_t least_bar = 5;

void put(std::string_view text) noexcept {
  try {
    write_fully(STDERR_FILENO, text, "standard error");
  } catch (...) {
    return;  // nobody is looking
  }
}

std::string bar(double share, std::size_t width) {
  const auto filled = static_cast<std::size_t>(share * static_cast<double>(width));
  return fmt::format("[{}{}]", std::string(filled, '#'), std::string(width - filled, '-'));
}

}  // namespace

std::string short_count(double count) {
  if (count < 1'000) return fmt::format("{:.0f}", count);
  if (count < 999'950) return fmt::format("{:.1f}k", count / 1'000);
  if (count < 999'950'000) return fmt::format("{:.1f}M", count / 1'000'000);
  return fmt::format("{:.1f}G", count / 1'000'000'000);
}

std::string clock_time(double seconds) {
  const auto s = static_cast<std::uint64_t>(std::max(seconds, 0.0) + 0.5);
  if (s < 3'600) return fmt::format("{}:{:02}", s / 60, s % 60);
  return fmt::format("{}:{:02}:{:02}", s / 3'600, s / 60 % 60, s % 60);
}

Progress::Progress(std::string verb, std::optional<std::uint64_t> total, const Terminal& terminal,
                   bool quiet)
    : verb_(std::move(verb)),
      total_(total),
      terminal_(terminal),
      shown_(terminal.error_is_terminal && !quiet) {}

Progress::Progress(std::string verb, std::optional<std::uint64_t> total, const Terminal& terminal,
                   ProgressUnit unit)
    : Progress(std::move(verb), total, terminal) {
  unit_ = unit;
}

Progress::~Progress() {
  if (drawn_) put("\r\x1b[K");
}

void Progress::update(std::uint64_t done, std::uint64_t count) {
  if (!shown_ || !terminal_.can_redraw) return;
  const auto now = SteadyClock::now();
  if (now < next_draw_) return;
  next_draw_ = now + draw_interval;
  draw(done, count, now);
}

void Progress::finish(std::uint64_t count) {
  if (!shown_) return;
  const double seconds = seconds_since_start(SteadyClock::now());
  const std::string all = unit_ == ProgressUnit::calls ? fmt::format("{}", count)
                                                       : short_count(static_cast<double>(count));
  const std::string outcome =
      fmt::format("{}: {} in {:.1f} s ({}/s)", verb_, with_unit(all), seconds,
                  short_count(static_cast<double>(count) / seconds));
  put(fmt::format("{}{}\n", terminal_.can_redraw ? "\r\x1b[K" : "",
                  paint(outcome, Color::dim, terminal_.color_error)));
  drawn_ = false;
}

double Progress::seconds_since_start(SteadyClock::time_point now) const {
  return std::max(std::chrono::duration<double>(now - start_).count(), 1e-3);
}

std::string Progress::with_unit(std::string count) const {
  const bool one = count == "1";
  return std::move(count) + (unit_ == ProgressUnit::calls ? " call" : " byte") + (one ? "" : "s");
}

void Progress::draw(std::uint64_t done, std::uint64_t count, SteadyClock::time_point now) {
  const double seconds = seconds_since_start(now);
  const std::string rate =
      fmt::format("{}  {}/s", with_unit(short_count(static_cast<double>(count))),
                  short_count(static_cast<double>(count) / seconds));
  std::string line = fmt::format("{}  {}", verb_, rate);
  if (total_ && *total_ > 0) {
    const double share = std::min(1.0, static_cast<double>(done) / static_cast<double>(*total_));
    const std::string left = share > 0 ? clock_time(seconds / share - seconds) : "?:??";
    const std::string tail = fmt::format("{:3.0f}%  {}  {} left", share * 100, rate, left);
    const std::size_t used = verb_.size() + tail.size() + 7;
    const std::size_t room = terminal_.columns > used ? terminal_.columns - used : 0;
    line = room < least_bar
               ? fmt::format("{} {}", verb_, tail)
               : fmt::format("{} {} {}", verb_, bar(share, std::min(room, most_bar)), tail);
  }
  put(fmt::format("\r{}\x1b[K", cut_to_width(line, terminal_.columns - 1, terminal_.ellipsis())));
  drawn_ = true;
}

}  // namespace fnstore::query
