#pragma once

#include <stdexcept>
#include <string>
#include <string_view>

namespace fnstore {

/// What went wrong, coarse enough to branch on. The message says the rest.
enum class Errc {
  not_found,       ///< The call, log or file asked for does not exist.
  conflict,        ///< The call exists already, or its state does not allow the change.
  busy,            ///< Another process kept the file locked for longer than the busy timeout.
  invalid,         ///< The caller's input breaks a rule; nothing was changed.
  corrupt,         ///< The file is damaged, or is not a database at all.
  io,              ///< The operating system refused a read, a write or an open.
  full,            ///< The disk (or a quota) is full; nothing was changed.
  schema_too_new,  ///< The file was written by a newer fnstore.
  in_doubt,        ///< A commit failed half way: the write may or may not have happened.
  unsupported,     ///< This build or this kind of file cannot do what was asked.
  timed_out,       ///< It took longer than the caller allows; nothing was changed.
  interrupted,     ///< The caller asked for it to stop; nothing was changed.
};

/// The contract's name of a code, e.g. "not_found". Never empty.
std::string_view to_string(Errc code) noexcept;

/// The one exception type fnstore throws. `what()` names what was wrong and what to do; a
/// function's own failure is never an Error, it is data in its call. Only where not even an Error's
/// text finds memory std::bad_alloc is thrown instead; it means `io`, and changed nothing either.
class Error : public std::runtime_error {
 public:
  Error(Errc code, const std::string& message) : std::runtime_error(message), code_(code) {}

  Errc code() const noexcept { return code_; }

  /// Whether the same request may succeed later without the caller changing anything. An
  /// `in_doubt` insert may be retried too: it then says `conflict` if the first try got through.
  bool retryable() const noexcept {
    return code_ == Errc::busy || code_ == Errc::full || code_ == Errc::in_doubt;
  }

 private:
  Errc code_;
};

}  // namespace fnstore
