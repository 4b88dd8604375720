#include "replacement_file.h"

#include "fnstore/error.h"

#include "harmless.h"

#include <array>
#include <cerrno>
#include <climits>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

namespace fnstore::query {
namespace {

constexpr std::array ending_signals{SIGINT, SIGTERM, SIGHUP};

/// What a signal has to remove: a fixed buffer, because a handler must not touch a std::string.
std::array<char, PATH_MAX> doomed{};
volatile std::sig_atomic_t is_doomed = 0;

extern "C" void remove_and_end(int signal) {
  if (is_doomed != 0) ::unlink(doomed.data());
  std::signal(signal, SIG_DFL);
  std::raise(signal);
}

/// While it lives, no ending signal reaches this thread, the only one that takes any.
class EndingSignalsHeld {
 public:
  EndingSignalsHeld() noexcept {
    sigset_t held;
    ::sigemptyset(&held);
    for (const int signal : ending_signals) ::sigaddset(&held, signal);
    ::pthread_sigmask(SIG_BLOCK, &held, &before_);
  }
  ~EndingSignalsHeld() { ::pthread_sigmask(SIG_SETMASK, &before_, nullptr); }
  EndingSignalsHeld(const EndingSignalsHeld&) = delete;
  EndingSignalsHeld& operator=(const EndingSignalsHeld&) = delete;

 private:
  sigset_t before_;
};

void watch_signals(const std::string& path) {
  if (path.size() >= doomed.size()) return;  // such a path cannot be opened anyway
  std::memcpy(doomed.data(), path.c_str(), path.size() + 1);
  is_doomed = 1;
  for (const int signal : ending_signals) {
    if (std::signal(signal, remove_and_end) == SIG_IGN) std::signal(signal, SIG_IGN);
  }
}

[[noreturn]] void fail(std::string_view what, std::string_view path) {
  throw Error(errno == ENOSPC || errno == EDQUOT ? Errc::full : Errc::io,
              fmt::format("cannot {} {}: {}; choose a place that can be written", what,
                          in_quotes(path), std::strerror(errno)));
}

/// Follows links, so that what they point to is replaced and not the link.
std::string resolve(const std::string& path) {
  char* resolved = ::realpath(path.c_str(), nullptr);
  if (resolved == nullptr) return path;
  std::string real = resolved;
  std::free(resolved);
  return real;
}

std::string folder_of(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  if (slash == std::string::npos) return ".";
  return slash == 0 ? "/" : path.substr(0, slash);
}

/// Makes the new name last. Some file systems cannot; then it lasts as far as they do.
void sync_folder(const std::string& path) {
  const int folder = ::open(folder_of(path).c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (folder < 0) return;
  ::fsync(folder);
  ::close(folder);
}

}  // namespace

ReplacementFile::ReplacementFile(const std::string& path) : target_(resolve(path)) {
  struct stat status {};
  if (::stat(target_.c_str(), &status) == 0 && !S_ISREG(status.st_mode)) {
    descriptor_ = ::open(target_.c_str(), O_WRONLY | O_CLOEXEC);
    if (descriptor_ < 0) fail("write", path);
  } else {
    open_beside(path);
  }
  output_.emplace(descriptor_, in_quotes(path));
}

void ReplacementFile::open_beside(const std::string& path) {
  const EndingSignalsHeld held;  // from before the file is there until a handler knows of it
  temporary_ = target_ + ".XXXXXX";
  descriptor_ = ::mkostemp(temporary_.data(), O_CLOEXEC);
  if (descriptor_ < 0) {
    temporary_.clear();
    fail("write beside", path);
  }
  watch_signals(temporary_);
}

ReplacementFile::~ReplacementFile() {
  if (descriptor_ >= 0) ::close(descriptor_);
  if (!temporary_.empty()) ::unlink(temporary_.c_str());
  is_doomed = 0;
}

void ReplacementFile::commit() {
  output_->finish();
  if (!temporary_.empty()) {
    if (::fsync(descriptor_) != 0) fail("write", target_);
    if (::rename(temporary_.c_str(), target_.c_str()) != 0) fail("replace", target_);
    temporary_.clear();
    is_doomed = 0;
    sync_folder(target_);
  }
  const int closed = ::close(descriptor_);
  descriptor_ = -1;
  if (closed != 0) fail("write", target_);
}

}  // namespace fnstore::query
