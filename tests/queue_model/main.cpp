#include "walk.h"

#include <CLI/CLI.hpp>
#include <cstdlib>
#include <exception>
#include <filesystem>
#include <fmt/format.h>
#include <string>

int main(int argc, char** argv) {
  CLI::App app("Random steps of the queue against a simple model of it", "test-queue-model");
  std::uint64_t seed = 1;
  std::uint64_t seeds = 1;
  std::size_t steps = 1'000;
  app.add_option("--seed", seed, "the first");
  app.add_option("--seeds", seeds, "how many");
  app.add_option("--steps", steps, "of each seed");
  CLI11_PARSE(app, argc, argv);
  std::uint64_t failed = 0;
  for (std::uint64_t i = 0; i < seeds; ++i) {
    std::string folder = (std::filesystem::temp_directory_path() / "fnstore-model-XXXXXX").string();
    if (::mkdtemp(folder.data()) == nullptr) return 2;
    try {
      walk_queue(folder + "/queue.db", seed + i, steps);
      fmt::print("seed {}: {} steps\n", seed + i, steps);
    } catch (const std::exception& error) {
      fmt::print("FAILED seed {}: {}\n", seed + i, error.what());
      ++failed;
    }
    std::filesystem::remove_all(folder);
  }
  fmt::print("{} passed, {} failed\n", seeds - failed, failed);
  return failed == 0 ? 0 : 1;
}
