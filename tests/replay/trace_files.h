#pragma once

#include <filesystem>
#include <string>

namespace fnstore::bench {

/// The three files of a trace, in a folder that goes away with the object. Starts as a good trace
/// of three functions over three minutes; a test then spoils what it wants to see refused.
class TraceFiles {
 public:
  TraceFiles();
  ~TraceFiles();
  TraceFiles(const TraceFiles&) = delete;
  TraceFiles& operator=(const TraceFiles&) = delete;

  std::string prefix() const { return (folder_ / "tiny").string(); }
  std::string path(const std::string& part) const { return prefix() + "_" + part + ".csv"; }

  void write(const std::string& part, const std::string& text) const;
  void remove(const std::string& part) const;

  /// Replaces the one place where `from` stands in the file; throws when it is not exactly one.
  void replace(const std::string& part, const std::string& from, const std::string& to) const;

 private:
  std::filesystem::path folder_;
};

}  // namespace fnstore::bench
