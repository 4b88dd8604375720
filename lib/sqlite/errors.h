#pragma once

#include "fnstore/error.h"

#include <SQLiteCpp/Exception.h>
#include <new>
#include <string>
#include <utility>

namespace fnstore::sqlite {

/// The fnstore error that stands for what SQLite reported, naming the file.
Error to_error(const SQLite::Exception& failure, const std::string& path);

/// The code of that error; needs no memory.
Errc code_of(const SQLite::Exception& failure) noexcept;

/// What stands for memory that ran out, in SQLite or in us, while the file was in use.
Error out_of_memory(const std::string& path);

/// Runs `work`; what SQLite throws leaves as an Error about the file at `path`, and so does the
/// want of memory.
template <typename Work>
decltype(auto) translated(const std::string& path, Work&& work) {
  try {
    return std::forward<Work>(work)();
  } catch (const SQLite::Exception& failure) {
    throw to_error(failure, path);
  } catch (const std::bad_alloc&) {
    throw out_of_memory(path);
  }
}

}  // namespace fnstore::sqlite
