#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

/// One of several who write one file. It records rows with its name and a number, from 0 up; those
/// below written() are acknowledged.
class Contestant {
 public:
  virtual ~Contestant() = default;

  virtual void commit() = 0;        ///< a few pages
  virtual void commit_large() = 0;  ///< more than SQLite's limit for an automatic checkpoint
  virtual void checkpoint() = 0;    ///< in the way of its kind
  std::uint32_t written() const { return written_; }

 protected:
  std::uint32_t written_ = 0;
};

/// `plain`: an SQLite connection with nothing set, so with automatic checkpoints of its own.
/// `store`: an fnstore, which checkpoints by its rule.
enum class Kind { plain, store };

Kind parse_kind(std::string_view word);
std::string_view to_string(Kind kind);

void create_file(Kind kind, const std::string& path);
std::unique_ptr<Contestant> open_contestant(Kind kind, const std::string& path,
                                            const std::string& name);

/// What is wrong with a file that nobody writes any more, or nothing: `name` must have all its rows
/// below `written`. Called once for each name.
std::string find_damage(Kind kind, const std::string& path, const std::string& name,
                        std::uint32_t written);

/// Whether the SQLite at hand has the defect that SQLite 3.51.3 mended.
bool has_reset_defect();
