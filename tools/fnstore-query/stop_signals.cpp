#include "stop_signals.h"

#include <array>
#include <cstddef>
#include <cstdlib>

namespace fnstore::query {
namespace {

constexpr std::array stop_signals{SIGINT, SIGTERM, SIGHUP};

volatile std::sig_atomic_t signal_that_came = 0;

extern "C" void note_signal(int signal) {
  signal_that_came = signal;
}

}  // namespace

StopSignals::StopSignals() {
  signal_that_came = 0;
  for (std::size_t i = 0; i < stop_signals.size(); ++i) {
    struct sigaction noting {};
    noting.sa_handler = note_signal;
    noting.sa_flags = SA_RESTART | static_cast<int>(SA_RESETHAND);
    ::sigaction(stop_signals[i], nullptr, &before_[i]);
    if (before_[i].sa_handler != SIG_IGN) ::sigaction(stop_signals[i], &noting, nullptr);
  }
}

StopSignals::~StopSignals() {
  for (std::size_t i = 0; i < stop_signals.size(); ++i) {
    ::sigaction(stop_signals[i], &before_[i], nullptr);
  }
}

bool StopSignals::came() const {
  return signal_that_came != 0;
}

void StopSignals::end_process() const {
  const int signal = signal_that_came;
  std::signal(signal, SIG_DFL);
  std::raise(signal);
  std::_Exit(128 + signal);  // it is blocked
}

}  // namespace fnstore::query
