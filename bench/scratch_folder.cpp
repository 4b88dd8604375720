#include "scratch_folder.h"

#include "fnstore/error.h"

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fmt/format.h>
#include <system_error>

namespace fnstore::bench {

ScratchFolder::ScratchFolder(const std::filesystem::path& parent) {
  std::string name = (parent / "fnstore-bench-XXXXXX").string();
  if (::mkdtemp(name.data()) == nullptr) {
    const int reason = errno;
    throw Error(Errc::io, fmt::format("{}: cannot make a folder for the bench in it: {}",
                                      parent.string(), std::strerror(reason)));
  }
  path_ = name;
}

ScratchFolder::~ScratchFolder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

}  // namespace fnstore::bench
