#include "sqlite/commit_mark.h"

#include "fnstore/error.h"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/mman.h>
#include <sys/stat.h>

namespace fnstore::sqlite {

CommitMark::~CommitMark() {
  for (void* const mapping : mappings_) ::munmap(mapping, file_bytes);
}

void CommitMark::attach(int descriptor, const std::string& path) {
  struct stat status {};
  if (::fstat(descriptor, &status) != 0) return;
  // Real blocks, not a hole: writing into a hole of a mapping on a full disk ends the process.
  const bool long_enough = status.st_size >= static_cast<off_t>(file_bytes);
  if (!long_enough && ::posix_fallocate(descriptor, 0, file_bytes) != 0) return;
  mappings_.reserve(mappings_.size() + 1);
  void* const mapping =
      ::mmap(nullptr, file_bytes, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0);
  if (mapping == MAP_FAILED) {
    const int reason = errno;
    throw Error(Errc::io, fmt::format("{}: cannot be mapped ({}): other processes rely on what is "
                                      "written there: free some memory and try again",
                                      path, std::strerror(reason)));
  }
  mappings_.push_back(mapping);
  void* const place = static_cast<char*>(mapping) + mark_offset;
  place_.store(static_cast<Word*>(place), std::memory_order_release);
}

bool CommitMark::is(std::int64_t seq) const noexcept {
  return seq > 0 && get() == word_of(seq);
}

bool CommitMark::is_settled() const noexcept {
  const std::uint64_t word = get();
  return word != unknown && (word & pending) == 0;
}

bool CommitMark::is_retired() const noexcept {
  return get() == retired;
}

CommitMark::Word* CommitMark::long_wait_place() const noexcept {
  Word* const place = place_.load(std::memory_order_acquire);
  return place == nullptr ? nullptr : place + (long_wait_offset - mark_offset) / sizeof(Word);
}

std::uint64_t CommitMark::long_wait_above() const noexcept {
  const Word* const place = long_wait_place();
  return place == nullptr ? 0 : place->load(std::memory_order_relaxed);
}

void CommitMark::set_long_wait_above(std::uint64_t frames) noexcept {
  if (Word* const place = long_wait_place()) place->store(frames, std::memory_order_relaxed);
}

void CommitMark::put(std::uint64_t word) noexcept {
  if (Word* const place = place_.load(std::memory_order_acquire)) {
    place->store(word, std::memory_order_seq_cst);
  }
}

std::uint64_t CommitMark::get() const noexcept {
  const Word* const place = place_.load(std::memory_order_acquire);
  return place == nullptr ? unknown : place->load(std::memory_order_seq_cst);
}

}  // namespace fnstore::sqlite
