#include "executor/captured_streams.h"

#include <utility>

namespace fnstore::executor {

CapturedStreams::CapturedStreams(const CapturedCommand& command)
    : input_(command.payload), output_limit_(command.output_bytes), log_(command.log_bytes) {
  if (command.keep_output) {
    output_.emplace();
  } else {
    no_output_ = open_null();
  }
}

void CapturedStreams::connect(SpawnPlan& plan) const noexcept {
  plan.stdin_descriptor = input_.command_end();
  plan.stdout_descriptor = output_ ? output_->command_end() : no_output_.get();
  plan.stderr_descriptor = errors_.command_end();
}

void CapturedStreams::close_command_ends() noexcept {
  input_.close_command_end();
  if (output_) output_->close_command_end();
  no_output_.close();
  errors_.close_command_end();
}

void CapturedStreams::add_events(std::vector<pollfd>& queries) const {
  queries.push_back({.fd = input_.descriptor(), .events = POLLOUT, .revents = 0});
  if (output_) queries.push_back({.fd = output_->descriptor(), .events = POLLIN, .revents = 0});
  queries.push_back({.fd = errors_.descriptor(), .events = POLLIN, .revents = 0});
}

void CapturedStreams::pump() {
  input_.write_some();
  if (output_) keep(output_->read());
  log_.append(errors_.read());
}

void CapturedStreams::keep(std::string_view bytes) {
  const std::string_view fits = bytes.substr(0, output_limit_ - kept_.size());
  kept_.append(fits);
  if (fits.size() < bytes.size()) is_cut_ = true;
}

void CapturedStreams::take_present() {
  // Nobody is left whom the payload was for.
  input_.close();
  if (output_) output_->read_present([this](std::string_view bytes) { keep(bytes); });
  errors_.read_present([this](std::string_view bytes) { log_.append(bytes); });
}

bool CapturedStreams::is_open() const noexcept {
  return (output_ && output_->is_open()) || errors_.is_open();
}

void CapturedStreams::close() noexcept {
  if (output_) output_->close();
  errors_.close();
}

void CapturedStreams::hand_over(CapturedResult& result) {
  result.output = std::move(kept_);
  result.output_cut = is_cut_;
  result.log = std::move(log_).finish();
}

}  // namespace fnstore::executor
