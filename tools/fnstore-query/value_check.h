#pragma once

namespace CLI {
class App;
}

namespace fnstore::query {

/// Refuses values that are not among those the option's value name declares ("json|csv"), with the
/// nearest that is. For the options and arguments of `app`, not of its commands. Throws UsageError.
void check_choices(const CLI::App& app);

}  // namespace fnstore::query
