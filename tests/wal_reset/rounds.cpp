#include "rounds.h"

#include "other_process.h"

#include <memory>
#include <random>
#include <vector>

namespace {

constexpr int processes = 3;
/// Commits between two looks for a checkpoint: about as long a log as makes a plain one move it.
constexpr std::uint64_t most_commits = 350;

}  // namespace

RoundsResult run_rounds(Kind kind, const std::string& path, std::chrono::seconds time,
                        std::uint64_t seed) {
  std::mt19937_64 random(seed);
  create_file(kind, path);
  RoundsResult result;
  std::vector<std::uint32_t> written;
  {
    std::vector<std::unique_ptr<OtherProcess>> all;
    for (int i = 0; i < processes; ++i) {
      all.push_back(std::make_unique<OtherProcess>(kind, path, "writer-" + std::to_string(i)));
    }
    const auto end = std::chrono::steady_clock::now() + time;
    while (std::chrono::steady_clock::now() < end) {
      for (const auto& one : all) {
        for (std::uint64_t n = random() % most_commits; n > 0; --n) one->tell('c');
        one->tell('k');
        if (random() % 2 == 0) one->tell('k');
      }
      try {
        for (const auto& one : all) one->wait();
      } catch (const std::exception& failure) {  // it found the file damaged
        result.damage = failure.what();
        break;
      }
    }
    for (const auto& one : all) written.push_back(one->written());
  }
  for (std::size_t i = 0; i < written.size(); ++i) {
    result.commits += written[i];
    if (!result.damage.empty()) continue;
    result.damage = find_damage(kind, path, "writer-" + std::to_string(i), written[i]);
  }
  return result;
}
