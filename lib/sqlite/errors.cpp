#include "sqlite/errors.h"

#include <fmt/format.h>
#include <sqlite3.h>

namespace fnstore::sqlite {
namespace {

struct Meaning {
  Errc code;
  const char* advice;
};

constexpr const char* full_advice = "free some space on its disk and try again";

Meaning meaning_of(int code, int extended) noexcept {
  switch (code) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return {Errc::busy, "another process holds the file locked: try again, or end that process"};
    case SQLITE_CORRUPT:
      return {Errc::corrupt, "the file is damaged: restore it from a backup"};
    case SQLITE_ERROR:       // our statements are fixed, so what they name is not there
    case SQLITE_CONSTRAINT:  // or what they rely on does not hold
    case SQLITE_MISMATCH:
    case SQLITE_FORMAT:
      return {Errc::corrupt,
              "its tables are not those of an fnstore file: restore it from a backup"};
    case SQLITE_NOTADB:
      return {Errc::corrupt, "it is not an fnstore file, or its beginning is damaged"};
    case SQLITE_FULL:
      return {Errc::full, full_advice};
    case SQLITE_READONLY:
      return {Errc::io, "it cannot be written: check the permissions of the file and its folder"};
    case SQLITE_CANTOPEN:
      return {Errc::io, "it cannot be opened: check that its folder exists and can be written"};
    case SQLITE_TOOBIG:
      return {Errc::invalid, "a value is larger than a store can hold"};
    case SQLITE_IOERR:
      if (extended == SQLITE_IOERR_NOMEM) return {Errc::io, "out of memory"};
      // The index of the log cannot be made longer.
      if (extended == SQLITE_IOERR_SHMSIZE) return {Errc::full, full_advice};
      return {Errc::io, "the operating system failed a read or a write: check the disk"};
    case SQLITE_INTERRUPT:
      return {Errc::io, "the operation was interrupted"};
    case SQLITE_NOMEM:
      return {Errc::io, "out of memory"};
    default:
      return {Errc::io, "unexpected: please report this"};
  }
}

}  // namespace

Errc code_of(const SQLite::Exception& failure) noexcept {
  return meaning_of(failure.getErrorCode() & 0xff, failure.getExtendedErrorCode()).code;
}

Error to_error(const SQLite::Exception& failure, const std::string& path) {
  const Meaning meaning = meaning_of(failure.getErrorCode() & 0xff, failure.getExtendedErrorCode());
  return Error(meaning.code, fmt::format("{}: {} (SQLite: {}, code {})", path, meaning.advice,
                                         failure.what(), failure.getExtendedErrorCode()));
}

Error out_of_memory(const std::string& path) {
  return Error(Errc::io, path + ": out of memory: free some and try again");
}

}  // namespace fnstore::sqlite
