#include "fnstore/error.h"

#include "engine.h"
#include "settings.h"
#include "workload.h"

#include <algorithm>
#include <cstdio>
#include <exception>
#include <fmt/format.h>

int main(int argc, char** argv) {
  using namespace fnstore::bench;
  int exit_status = 0;
  try {
    const auto settings = read_settings(argc, argv, exit_status);
    if (!settings) return exit_status;
    const auto workload = std::ranges::find(workload_kinds(), std::string_view(settings->workload),
                                            &WorkloadKind::name);
    workload->run(*settings, chosen_engines(*settings));
    return 0;
  } catch (const fnstore::Error& error) {
    fmt::print(stderr, "fnstore-bench: {}: {}\n", fnstore::to_string(error.code()), error.what());
  } catch (const std::exception& error) {
    fmt::print(stderr, "fnstore-bench: {}\n", error.what());
  }
  return 1;
}
