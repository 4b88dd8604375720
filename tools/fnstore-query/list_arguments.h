#pragma once

#include "fnstore/call_filter.h"

#include "session.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace CLI {
class App;
}  // namespace CLI

namespace fnstore::query {

/// The command line of `list`, as typed.
struct ListArguments {
  std::string fn_id;
  std::optional<std::string> from;
  std::optional<std::string> to;
  std::string cursor;
  std::optional<std::string> per_page;
  bool all = false;
  std::vector<std::string> status;
  std::optional<std::string> type;
  std::string app_id;
  std::string trigger_id;
  std::string error;
  bool relative = false;
};

/// Declares them, with the command's help. `arguments` must outlive `app`'s parsing.
void define_list_arguments(CLI::App& app, ListArguments& arguments);

/// What they select; ages count back from `now`. Throws UsageError.
CallFilter make_filter(const ListArguments& arguments, Timestamp now);

/// The command line that shows the page after the one `filter` selected. Ages become the times
/// that they were, so that the pages fit together.
std::string next_page_command(const ListArguments& arguments, const CallFilter& filter,
                              std::string_view next_cursor, const Session& session);

}  // namespace fnstore::query
