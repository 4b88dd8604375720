// The program that links this has its operator new replaced. Memory of SQLite and of C is not
// concerned: tests/faults lets that of SQLite fail.
#include "failing_new.h"

#include <atomic>
#include <cstddef>
#include <cstdlib>
#include <new>

namespace {

std::atomic<bool> armed{false};
std::atomic<std::uint64_t> asked{0};
std::atomic<std::uint64_t> failed{0};
std::uint64_t first_failure = 0;
std::uint64_t failures_in_a_row = 0;

bool is_refused() noexcept {
  if (!armed.load(std::memory_order_acquire)) return false;
  const std::uint64_t number = ++asked;
  if (number < first_failure || number - first_failure >= failures_in_a_row) return false;
  ++failed;
  return true;
}

}  // namespace

FailingNew::FailingNew(std::uint64_t first, std::uint64_t length) noexcept {
  asked = 0;
  failed = 0;
  first_failure = first;
  failures_in_a_row = length;
  armed.store(true, std::memory_order_release);
}

FailingNew::~FailingNew() {
  armed.store(false, std::memory_order_release);
}

std::uint64_t FailingNew::failures() noexcept {
  return failed;
}

// All forms that a sanitizer would otherwise pair with its own.
void* operator new(std::size_t size, const std::nothrow_t&) noexcept {
  return is_refused() ? nullptr : std::malloc(size == 0 ? 1 : size);
}

void* operator new(std::size_t size) {
  if (void* const memory = operator new(size, std::nothrow)) return memory;
  throw std::bad_alloc();
}

void* operator new[](std::size_t size) {
  return operator new(size);
}

void* operator new[](std::size_t size, const std::nothrow_t&) noexcept {
  return operator new(size, std::nothrow);
}

void operator delete(void* memory) noexcept {
  std::free(memory);
}

void operator delete(void* memory, std::size_t) noexcept {
  std::free(memory);
}

void operator delete(void* memory, const std::nothrow_t&) noexcept {
  std::free(memory);
}

void operator delete[](void* memory) noexcept {
  std::free(memory);
}

void operator delete[](void* memory, std::size_t) noexcept {
  std::free(memory);
}

void operator delete[](void* memory, const std::nothrow_t&) noexcept {
  std::free(memory);
}
