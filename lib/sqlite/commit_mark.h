#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace fnstore::sqlite {

/// The number of a store's newest commit (store_state.commit_seq) in memory that all processes
/// share: the first page of its lock file, mapped. A reader whose index mirrors that commit knows
/// that it is current without asking SQLite. Whoever commits says so before (`pending`) and after;
/// one that died between the two leaves a mark that nobody takes for current.
///
/// Rules: only the holder of the lock file's lock writes the mark or makes the file longer; nobody
/// who holds it commits without the mark where the file is long enough for one, since others may
/// rely on it. Any thread may read.
class CommitMark {
 public:
  // Stored: never change, for processes of several versions may share one lock file.
  static constexpr std::size_t file_bytes = 4'096;
  static constexpr std::size_t mark_offset = 64;
  static constexpr std::size_t long_wait_offset = 128;  // 0 in files of older versions

  CommitMark() = default;
  ~CommitMark();
  CommitMark(const CommitMark&) = delete;
  CommitMark& operator=(const CommitMark&) = delete;

  /// Maps the lock file, whose lock is held. Without room on the disk it does nothing, unless
  /// others may have it mapped: then it throws `io`.
  void attach(int descriptor, const std::string& path);
  /// The lock file is another one by now.
  void detach() noexcept { place_.store(nullptr, std::memory_order_release); }
  bool attached() const noexcept { return place_.load(std::memory_order_acquire) != nullptr; }

  /// Whether the newest commit is this one, for certain.
  bool is(std::int64_t seq) const noexcept;

  /// Before a commit of this number; then either publish() or, where it did not happen for
  /// certain, publish() of the number before. Neither where nobody knows.
  void announce(std::int64_t seq) noexcept { put(word_of(seq) | pending); }
  void publish(std::int64_t seq) noexcept { put(word_of(seq)); }
  /// Whether it says anything that can be relied on.
  bool is_settled() const noexcept;

  /// Above how many frames of the log a writer waits for its readers for long: 0 where that has not
  /// failed lately. Only for the holder of the lock, who tells the others whether it was in vain.
  std::uint64_t long_wait_above() const noexcept;
  void set_long_wait_above(std::uint64_t frames) noexcept;

  /// For good: the lock file is about to lose its name, or the store its file.
  void retire() noexcept { put(retired); }
  bool is_retired() const noexcept;

 private:
  using Word = std::atomic<std::uint64_t>;
  static_assert(Word::is_always_lock_free, "the mark is shared between processes");

  // Stored: never change. A word is twice the number, plus one while the commit is under way.
  static constexpr std::uint64_t unknown = 0;
  static constexpr std::uint64_t pending = 1;
  static constexpr std::uint64_t retired = ~std::uint64_t{0};

  static std::uint64_t word_of(std::int64_t seq) { return static_cast<std::uint64_t>(seq) << 1U; }
  Word* long_wait_place() const noexcept;
  void put(std::uint64_t word) noexcept;
  std::uint64_t get() const noexcept;

  std::atomic<Word*> place_{nullptr};
  /// Unmapped only at the end: a reader may just be looking.
  std::vector<void*> mappings_;
};

}  // namespace fnstore::sqlite
