#pragma once

#include "faults.h"
#include "random.h"
#include "tracked_file.h"

#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>

/// How the disk beneath a store behaves during one life of its process.
struct DiskRules {
  std::uint64_t stop_at = 0;    ///< the change at which the life ends; 0: never by itself
  bool power_cut = true;        ///< false: only the process dies, and what it wrote stays
  std::uint64_t errors = 0;     ///< permille of the steps that fail with an I/O error
  std::uint64_t full = 0;       ///< permille of the writes for which there is no space
  std::uint64_t bad_syncs = 0;  ///< permille of the syncs that fail, and forget what they wrote
  std::uint64_t memory = 0;     ///< of 100,000 allocations
  std::uint64_t short_transfers = 0;  ///< permille of the reads and writes that end early
  std::uint64_t slow = 0;             ///< permille of the syncs that take some milliseconds
  bool lying = false;                 ///< syncs do nothing, with success: a control
  bool lying_log = false;             ///< only those of the log: a control
};

/// The disk: knows what of a folder is durable and what is only written, fails as its rules say,
/// stops at some change, and can then be left as a power cut might leave it. Knows nothing of the
/// index (-shm) and the lock file, which hold nothing that must last.
class Disk final : public faults::Faults {
 public:
  /// What is in the folder now is durable.
  Disk(std::string folder, std::uint64_t seed, const DiskRules& rules);

  int before(const faults::StepCall& call) override;
  void after(const faults::StepCall& call) override;

  /// Ends the life now, if it has not ended.
  void stop() { stopped_ = true; }
  bool stopped() const { return stopped_; }
  std::uint64_t changes() const { return changes_; }
  std::uint64_t failures() const { return failures_; }

  /// When nobody has a file of the folder open any more: makes it what the power cut left.
  void lose_power();

 private:
  using File = std::shared_ptr<TrackedFile>;

  bool is_tracked(std::string_view path) const;
  bool is_change(const faults::StepCall& call) const;
  int stop_here(const faults::StepCall& call);
  int failure_by_chance(const faults::StepCall& call);
  void note(const faults::StepCall& call);
  File file(const std::string& path);
  void keep_content(const std::string& path);
  void sync_file(const std::string& path);
  void sync_folder();
  void sync_descriptor(int descriptor);
  void disturb_untracked();

  const std::string folder_;
  const DiskRules rules_;
  std::mutex mutex_;  // guards all below
  Random random_;
  std::map<std::string, File> names_;             // as they are
  std::map<std::string, File> durable_names_;     // as they are on the disk
  std::map<std::string, bool> names_its_folder_;  // a log or journal whose first sync does that
  std::atomic<std::uint64_t> changes_{0};
  std::atomic<std::uint64_t> failures_{0};
  std::atomic<bool> stopped_{false};
};
