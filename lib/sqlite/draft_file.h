#pragma once

#include <cstdint>
#include <string>

namespace fnstore::sqlite {

/// A file of mode 0600 under a name of its own beside its target, gone with the object unless it
/// took the target's place. Nobody else knows it, so it may be opened and closed by hand.
class DraftFile {
 public:
  /// `target` is absolute. Throws `io` or `full`.
  explicit DraftFile(const std::string& target);
  ~DraftFile();
  DraftFile(const DraftFile&) = delete;
  DraftFile& operator=(const DraftFile&) = delete;

  const std::string& path() const { return path_; }

  /// Waits until what was written is on the disk; returns the file's size.
  std::uint64_t sync() const;

  /// Moves the file to its target, in place of what is there, or throws `conflict` when something
  /// is and `replace` is false. Then makes the new name last; `in_doubt` when that fails.
  void take_place(bool replace);

 private:
  std::string target_;
  std::string path_;  ///< empty: it took its place
};

/// Makes changes of names in a file's folder last, as far as the file system can. False when it
/// tried and failed: then a power cut may undo them.
[[nodiscard]] bool sync_folder_of(const std::string& path);

/// Throws `invalid` for a target that is no regular file, and `conflict` for one that exists,
/// unless it is to be replaced. True when it exists.
bool check_target(const std::string& target, bool replace);

/// Whether two paths name one file that exists.
bool is_same_file(const std::string& a, const std::string& b);

}  // namespace fnstore::sqlite
