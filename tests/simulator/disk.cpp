#include "disk.h"

#include "synchronous_off.h"

#include <cerrno>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>
#include <stdexcept>
#include <thread>
#include <vector>

namespace fs = std::filesystem;
using faults::Step;
using faults::StepCall;

namespace {

int io_error(Step step) {
  switch (step) {
    case Step::open:
      return SQLITE_CANTOPEN;
    case Step::read:
      return SQLITE_IOERR_READ;
    case Step::sync:
      return SQLITE_IOERR_FSYNC;
    case Step::allocate:
      return SQLITE_NOMEM;
    default:
      return faults::is_own(step) ? EIO : SQLITE_IOERR_WRITE;
  }
}

std::string read_whole(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

void write_whole(const std::string& path, const std::string& content) {
  std::ofstream out(path, std::ios::binary | std::ios::trunc);
  out.write(content.data(), static_cast<std::streamsize>(content.size()));
  out.close();
  if (!out) throw std::runtime_error("cannot write " + path);
}

/// Reads through SQLite's own file: opening and closing one by hand would drop its locks.
TrackedFile::Reader reader_of(sqlite3_file* file) {
  return [file](std::int64_t offset, std::size_t bytes) {
    std::string content(bytes, '\0');
    sqlite3_int64 size = 0;
    const faults::Beneath beneath;
    file->pMethods->xFileSize(file, &size);
    if (offset >= size) return std::string();
    content.resize(std::min(bytes, static_cast<std::size_t>(size - offset)));
    file->pMethods->xRead(file, content.data(), static_cast<int>(content.size()), offset);
    return content;
  };
}

}  // namespace

Disk::Disk(std::string folder, std::uint64_t seed, const DiskRules& rules)
    : folder_(std::move(folder)), rules_(rules), random_(seed) {
  for (const auto& entry : fs::directory_iterator(folder_)) {
    const std::string path = entry.path().string();
    if (is_tracked(path)) {
      names_[path] = std::make_shared<TrackedFile>(static_cast<std::size_t>(entry.file_size()));
    }
  }
  durable_names_ = names_;
}

bool Disk::is_tracked(std::string_view path) const {
  return path.starts_with(folder_ + "/") && !path.ends_with("-shm") && !path.ends_with("-lock");
}

bool Disk::is_change(const StepCall& call) const {
  switch (call.step) {
    case Step::write:
    case Step::truncate:
    case Step::sync:
    case Step::remove:
    case Step::map_index:
    case Step::own_draft:
    case Step::own_link:
    case Step::own_rename:
    case Step::own_remove:
    case Step::own_sync:
      return true;
    case Step::open:
      return (call.flags & SQLITE_OPEN_CREATE) != 0;
    default:
      return false;
  }
}

int Disk::before(const StepCall& call) {
  if (call.step == Step::allocate) {
    if (stopped_ || rules_.memory == 0) return 0;
    const std::lock_guard guard(mutex_);
    return random_.below(100'000) < rules_.memory ? SQLITE_NOMEM : 0;
  }
  if (call.step == Step::set_synchronous) return is_synchronous_fixed() ? SQLITE_PERM : 0;
  const bool is_sync = call.step == Step::sync || call.step == Step::own_sync;
  bool slow = false;
  {
    const std::lock_guard guard(mutex_);
    if (stopped_) return io_error(call.step);
    if (is_change(call) && ++changes_ == rules_.stop_at) return stop_here(call);
    if (const int code = failure_by_chance(call)) {
      ++failures_;
      return code;
    }
    note(call);
    slow = is_sync && random_.chance(rules_.slow);
  }
  if (slow) std::this_thread::sleep_for(std::chrono::milliseconds(2));
  return 0;
}

/// The change at which all ends is half done, or not, or nearly whole.
int Disk::stop_here(const StepCall& call) {
  stopped_ = true;
  if (rules_.power_cut) {
    if (call.step == Step::write || call.step == Step::truncate) note(call);
  } else if (call.step == Step::write && random_.chance(500)) {
    const faults::Beneath beneath;
    const int bytes = static_cast<int>(random_.below(static_cast<std::uint64_t>(call.bytes) + 1));
    call.file->pMethods->xWrite(call.file, call.data, bytes, call.offset);
  }
  return io_error(call.step);
}

int Disk::failure_by_chance(const StepCall& call) {
  if (call.step == Step::sync) {
    if (!random_.chance(rules_.bad_syncs)) return 0;
    const std::string path(call.path);
    if (is_tracked(path) && names_.contains(path)) {
      sqlite3_int64 size = 0;
      call.file->pMethods->xFileSize(call.file, &size);
      const std::string current = reader_of(call.file)(0, static_cast<std::size_t>(size));
      names_[path]->fail_sync(current, random_);
    }
    return SQLITE_IOERR_FSYNC;
  }
  if (call.step == Step::unlock || call.step == Step::unlock_index) return 0;
  if (call.step == Step::write && random_.chance(rules_.full)) return SQLITE_FULL;
  if (call.step == Step::own_draft && random_.chance(rules_.full)) return ENOSPC;
  return random_.chance(rules_.errors) ? io_error(call.step) : 0;
}

Disk::File Disk::file(const std::string& path) {
  File& known = names_[path];
  if (!known) known = std::make_shared<TrackedFile>(0);
  return known;
}

void Disk::note(const StepCall& call) {
  const std::string path(call.path);
  switch (call.step) {
    case Step::write:
      if (!is_tracked(path)) return;
      file(path)->write(call.offset, call.data, static_cast<std::size_t>(call.bytes),
                        reader_of(call.file));
      return;
    case Step::truncate:
      if (!is_tracked(path)) return;
      file(path)->truncate(static_cast<std::size_t>(call.offset), reader_of(call.file));
      return;
    case Step::remove:
    case Step::own_remove:
      keep_content(path);
      return;
    case Step::own_rename:
      keep_content(std::string(call.new_path));
      return;
    default:
      return;
  }
}

/// Before a file loses its name: the name may come back.
void Disk::keep_content(const std::string& path) {
  const auto at = durable_names_.find(path);
  if (at == durable_names_.end() || names_[path] != at->second) return;
  at->second->keep(read_whole(path));
}

void Disk::after(const StepCall& call) {
  if (call.step == Step::allocate || call.step == Step::read) return;
  const std::string path(call.path);
  const std::lock_guard guard(mutex_);
  if (call.step == Step::own_sync) return sync_descriptor(call.descriptor);
  if (!is_tracked(path)) return;
  switch (call.step) {
    case Step::open:
    case Step::own_draft: {
      if (names_.contains(path)) return;
      if (call.step == Step::open && (call.flags & SQLITE_OPEN_CREATE) == 0) return;
      names_[path] = std::make_shared<TrackedFile>(0);
      names_its_folder_[path] = (call.flags & (SQLITE_OPEN_WAL | SQLITE_OPEN_MAIN_JOURNAL)) != 0;
      return;
    }
    case Step::sync:
      return sync_file(path);
    case Step::remove:
    case Step::own_remove:
      names_.erase(path);
      if (call.with_folder) sync_folder();
      return;
    case Step::own_link:
      names_[std::string(call.new_path)] = names_[path];
      return;
    case Step::own_rename:
      names_[std::string(call.new_path)] = names_[path];
      names_.erase(path);
      return;
    default:
      return;
  }
}

void Disk::sync_file(const std::string& path) {
  if (rules_.lying || (rules_.lying_log && path.ends_with("-wal"))) return;
  file(path)->sync();
  bool& names_folder = names_its_folder_[path];
  if (names_folder) sync_folder();
  names_folder = false;
}

void Disk::sync_folder() {
  if (!rules_.lying) durable_names_ = names_;
}

void Disk::sync_descriptor(int descriptor) {
  std::error_code ignored;
  const fs::path path = fs::read_symlink("/proc/self/fd/" + std::to_string(descriptor), ignored);
  if (path.string() == folder_) return sync_folder();
  if (is_tracked(path.string()) && names_.contains(path.string())) sync_file(path.string());
}

/// What is not tracked is there or not, in any state.
void Disk::disturb_untracked() {
  std::vector<std::string> found;
  for (const auto& entry : fs::directory_iterator(folder_)) {
    if (!is_tracked(entry.path().string())) found.push_back(entry.path().string());
  }
  for (const std::string& path : found) {
    const std::uint64_t fate = random_.below(3);
    if (fate == 0) fs::remove(path);
    if (fate == 1) write_whole(path, std::string(fs::file_size(path), '\0'));
  }
}

void Disk::lose_power() {
  const std::lock_guard guard(mutex_);
  std::set<std::string> all;
  for (const auto& [path, file] : names_) all.insert(path);
  for (const auto& [path, file] : durable_names_) all.insert(path);
  std::map<std::string, std::string> left;
  const bool all_new = random_.chance(250);
  for (const std::string& path : all) {
    const bool newest = all_new || random_.chance(500);
    const auto& names = newest ? names_ : durable_names_;
    const auto at = names.find(path);
    if (at == names.end() || !at->second) continue;
    // One file may have two names, of which one is gone.
    std::string current = at->second->kept().value_or(std::string());
    for (const auto& [name, file] : names_) {
      if (file == at->second) current = read_whole(name);
    }
    left[path] = at->second->after_cut(current, random_);
  }
  for (const auto& [path, file] : names_) fs::remove(path);
  for (const auto& [path, content] : left) write_whole(path, content);
  disturb_untracked();
}
