#include "executor/binding.h"

#include "fnstore/limits.h"

#include "executor/captured_command.h"
#include "executor/log_capture.h"
#include "model/quote.h"
#include "model/validation.h"

#include <boost/json.hpp>
#include <mutex>
#include <utility>

namespace fnstore::executor {
namespace {

void require(bool is_right, const std::string& message) {
  if (!is_right) throw Error(Errc::invalid, message);
}

std::string as_json(const std::vector<std::string>& texts) {
  return boost::json::serialize(boost::json::array(texts.begin(), texts.end()));
}

/// Empty when the call has no such annotation.
std::vector<std::string> from_annotation(const Call& call, std::string_view name) {
  const auto found = call.annotations.find(std::string(name));
  if (found == call.annotations.end()) return {};
  try {
    return boost::json::value_to<std::vector<std::string>>(boost::json::parse(found->second));
  } catch (const std::exception&) {
    throw Error(Errc::invalid, "call " + call.id + ": annotation " + std::string(name) +
                                   " is not a JSON array of texts");
  }
}

}  // namespace

void check_binding(const Binding& binding, const ExecutorOptions& options) {
  validate_id(binding.fn_id, "fn_id");
  const FunctionOptions& own = binding.options;
  require(own.timeout.count() >= 0 && own.timeout.count() <= limits::max_seconds,
          "timeout " + std::to_string(own.timeout.count()) + " s is not between 0 and " +
              std::to_string(limits::max_seconds));
  require(own.priority >= 0 && own.priority <= 2,
          "priority " + std::to_string(own.priority) + " is not 0, 1 or 2");
  require(own.result_bytes <= limits::payload_bytes,
          "result_bytes " + std::to_string(own.result_bytes) + " is over the limit of " +
              std::to_string(limits::payload_bytes));
  if (const auto* command = std::get_if<Command>(&binding.runs)) {
    check_captured({.argv = command->argv,
                    .environment = command->environment,
                    .timeout = own.timeout,
                    .memory = own.memory,
                    .output_bytes = own.result_bytes,
                    .log_bytes = own.log_bytes,
                    .grace = options.grace,
                    .sample_interval = options.sample_interval});
  } else {
    require(static_cast<bool>(std::get<Function>(binding.runs)),
            "what is bound to " + quote(binding.fn_id) + " cannot be called");
    require(own.log_bytes <= limits::log_bytes - LogCapture::cut_line_bytes,
            "log_bytes " + std::to_string(own.log_bytes) + " is over the limit of " +
                std::to_string(limits::log_bytes - LogCapture::cut_line_bytes));
  }
}

void BindingTable::put(BindingPointer binding) {
  const std::lock_guard guard(mutex_);
  bindings_.insert_or_assign(binding->fn_id, std::move(binding));
}

BindingPointer BindingTable::find(std::string_view fn_id) const {
  const std::shared_lock guard(mutex_);
  const auto found = bindings_.find(fn_id);
  return found == bindings_.end() ? nullptr : found->second;
}

std::vector<BindingPointer> BindingTable::all() const {
  const std::shared_lock guard(mutex_);
  std::vector<BindingPointer> bindings;
  bindings.reserve(bindings_.size());
  for (const auto& [fn_id, binding] : bindings_) bindings.push_back(binding);
  return bindings;
}

void annotate(Call& call, const Command& command) {
  call.annotations[std::string(argv_annotation)] = as_json(command.argv);
  if (command.environment.empty()) return;
  call.annotations[std::string(environment_annotation)] = as_json(command.environment);
}

Command command_of(const Call& call) {
  Command command{from_annotation(call, argv_annotation),
                  from_annotation(call, environment_annotation)};
  require(!command.argv.empty(), "call " + call.id + " names no command in the annotation " +
                                     std::string(argv_annotation));
  return command;
}

}  // namespace fnstore::executor
