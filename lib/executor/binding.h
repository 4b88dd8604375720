#pragma once

#include "fnstore/executor.h"
#include "fnstore/queue.h"

#include <functional>
#include <map>
#include <memory>
#include <shared_mutex>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace fnstore::executor {

/// What is bound to a function's id. Never changed; a new binding takes its place.
struct Binding {
  std::string fn_id;
  std::variant<Function, Command> runs;
  FunctionOptions options;
};
using BindingPointer = std::shared_ptr<const Binding>;

/// Throws `invalid` for a binding that makes no sense.
void check_binding(const Binding& binding, const ExecutorOptions& options);

/// The functions of an executor by id. Safe for any thread.
class BindingTable {
 public:
  void put(BindingPointer binding);
  /// Null when there is none.
  BindingPointer find(std::string_view fn_id) const;
  std::vector<BindingPointer> all() const;

 private:
  mutable std::shared_mutex mutex_;
  std::map<std::string, BindingPointer, std::less<>> bindings_;
};

/// A command as it is recorded with a call, in its annotations, and back. Reading throws `invalid`
/// when the call names none, or not in the form in which commands are recorded.
void annotate(Call& call, const Command& command);
Command command_of(const Call& call);

}  // namespace fnstore::executor
