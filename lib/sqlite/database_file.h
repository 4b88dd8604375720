#pragma once

#include <string>

namespace fnstore::sqlite {

/// The absolute path of a store's file with the links of its folder resolved. Throws `io` when the
/// folder cannot be opened, or `not_found` when it is missing and nothing is to be created.
std::string absolute_path(const std::string& path, bool create);

/// Makes sure an fnstore file stands at an absolute path, before SQLite opens it. A missing or
/// empty file is created whole (in a temporary file, then linked into place, mode 0600) or, without
/// `create`, refused as `not_found`. A file that is no regular file, not a database, another
/// program's, or cut short is refused and left as it was, and so is any with companions that
/// check_companions() refuses.
/// Opens and closes the file by hand, which would drop SQLite's locks: so only when this process
/// has no store open on it, for which `open_in_process` must say so.
void prepare_database_file(const std::string& path, bool create, bool open_in_process);

/// Looks at what stands beside the file at an absolute path under the names of its log, journal,
/// index and lock file, before anything opens them. Throws `invalid` for what is no regular file,
/// which may lead elsewhere or make whoever opens it wait, and for another user's, who would read
/// the store in it: all but root's and the owner's of the file itself, unless the mode of the file
/// lets others write it too.
void check_companions(const std::string& path);

/// Throws `corrupt` when there is a log beside a path that is to get a new file: the log would be
/// played into it.
void refuse_left_log(const std::string& path);

/// Keeps count of the stores this process has open on a file.
class OpenFileRegistration {
 public:
  /// Prepares the file under the registry's lock and registers it.
  OpenFileRegistration(std::string path, bool create);
  ~OpenFileRegistration();
  OpenFileRegistration(const OpenFileRegistration&) = delete;
  OpenFileRegistration& operator=(const OpenFileRegistration&) = delete;

 private:
  std::string path_;
};

}  // namespace fnstore::sqlite
