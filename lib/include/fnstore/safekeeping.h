#pragma once

#include "fnstore/store.h"

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace fnstore {

/// Told from time to time how far long work is, in bytes; false asks to stop. `total` stays the
/// same and is an estimate. Called on the thread that does the work; what it throws ends the work.
using WorkProgress = std::function<bool(std::uint64_t done, std::uint64_t total)>;

/// Something in a store that is not as it must be.
struct Problem {
  std::string where{};  ///< the table, with function, ids or number: names quoted and escaped
  std::string what{};
};

/// What a verification found. The counts are of what was looked at.
struct Verification {
  std::uint64_t calls = 0;  ///< that can be read, with all that belongs to them
  /// In damaged blocks and rows, as far as it is known. Some of them may still be readable.
  std::uint64_t damaged_calls = 0;
  std::uint64_t blocks = 0;
  std::uint64_t rows = 0;
  std::uint64_t details = 0;
  std::uint64_t logs = 0;
  std::uint64_t problem_count = 0;
  std::vector<Problem> problems{};  ///< the first most_problems of them
  bool stopped = false;             ///< it was asked to stop: not everything was looked at

  static constexpr std::size_t most_problems = 1'000;
  bool ok() const noexcept { return problem_count == 0 && !stopped; }
};

struct CopyOptions {
  bool force = false;  ///< the target may exist: it is replaced. Else that is a `conflict`.
  WorkProgress progress{};
  std::chrono::milliseconds busy_timeout{10'000};  ///< restore(): for those who use the old store
};

struct CopyCounts {
  std::uint64_t bytes = 0;  ///< of the new file
  std::uint64_t calls = 0;
};

/// Verifies, copies and brings back a store. Any thread may call any method at any time; none of
/// them blocks writers for longer than a commit takes. The store must outlive it.
class Safekeeping {
 public:
  explicit Safekeeping(const Store& store) : store_(&store) {}

  /// Reads all that the store holds, as of one moment, and compares it with all that is known of
  /// it: SQLite's own check, checksums, summaries, references, counters. Damage is never thrown.
  /// Rows, request fields and logs have no checksums: a changed letter in a text is not seen.
  Verification verify(const WorkProgress& progress = {}) const;

  /// verify() of a file that may be too damaged to be opened as a store, and may be in use. Throws
  /// what Store::open throws for a file that is missing, foreign, too new or no database at all.
  static Verification verify_file(const std::string& path, const WorkProgress& progress = {});

  /// Copies the store as of one moment, while others go on writing, into a new file of mode 0600
  /// that is a store by itself. It appears when it is whole and on the disk. Nothing when it was
  /// asked to stop; then, and when it throws, nothing is left and what was there before stays.
  std::optional<CopyCounts> backup(const std::string& target,
                                   const CopyOptions& options = {}) const;

  /// Copies a backup, which is verified first, to the place of a store. A damaged one is refused
  /// as `corrupt`. The old store stays until the new one is whole and on the disk; a crash leaves
  /// one of the two. Who still has the old store open gets an `io` error that says so and has to
  /// open the new one. `busy` when someone reads the old one for longer than the busy timeout.
  /// Nothing when it was asked to stop: then nothing was changed.
  static std::optional<CopyCounts> restore(const std::string& backup, const std::string& target,
                                           const CopyOptions& options = {});

 private:
  const Store* store_;
};

}  // namespace fnstore
