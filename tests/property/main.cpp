#include "walk.h"

#include <CLI/CLI.hpp>
#include <cstdlib>
#include <exception>
#include <filesystem>
#include <fmt/format.h>

namespace {

std::string scratch_folder() {
  std::string name = (std::filesystem::temp_directory_path() / "fnstore-property-XXXXXX").string();
  if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("no scratch folder");
  return name;
}

bool run_seed(std::uint64_t seed, std::size_t operations, std::size_t large) {
  const std::string folder = scratch_folder();
  bool held = true;
  try {
    Walk walk(folder + "/walk.db", seed);
    if (large > 0) walk.seed_large_function(large);
    walk.run(operations);
  } catch (const std::exception& failure) {
    fmt::print("FAILED {}\n", failure.what());
    held = false;
  }
  std::filesystem::remove_all(folder);
  return held;
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app("Random walks of a store beside an in-memory oracle", "property-walk");
  std::uint64_t seed = 1;
  std::size_t seeds = 1;
  std::size_t operations = 10'000;
  std::size_t large = 0;
  app.add_option("--seed", seed, "the first seed");
  app.add_option("--seeds", seeds, "how many, counting up from the first");
  app.add_option("--operations", operations, "operations a seed");
  app.add_option("--large", large, "begin with one function of so many calls");
  CLI11_PARSE(app, argc, argv);
  std::size_t passed = 0;
  for (std::size_t i = 0; i < seeds; ++i) {
    fmt::print("seed {}, {} operations, large {}\n", seed + i, operations, large);
    passed += run_seed(seed + i, operations, large) ? 1U : 0U;
  }
  fmt::print("{} passed, {} failed\n", passed, seeds - passed);
  return passed == seeds ? 0 : 1;
}
