#include "tracked_file.h"

#include <algorithm>
#include <utility>

namespace {

void put(std::string& image, std::size_t offset, std::string_view data) {
  if (image.size() < offset + data.size()) image.resize(offset + data.size(), '\0');
  image.replace(offset, data.size(), data);
}

}  // namespace

/// Remembers the durable version of the sectors of a stretch that is about to change.
void TrackedFile::save(std::size_t from, std::size_t to, const Reader& read) {
  to = std::min(to, durable_size_);
  for (std::size_t sector = from / sector_bytes; sector * sector_bytes < to; ++sector) {
    if (durable_.contains(sector)) continue;
    durable_[sector] = read(static_cast<std::int64_t>(sector * sector_bytes), sector_bytes);
  }
}

void TrackedFile::write(std::int64_t offset, const void* data, std::size_t bytes,
                        const Reader& read) {
  const auto from = static_cast<std::size_t>(offset);
  save(from, from + bytes, read);
  pending_.push_back({false, from, std::string(static_cast<const char*>(data), bytes)});
  size_ = std::max(size_, from + bytes);
}

void TrackedFile::truncate(std::size_t size, const Reader& read) {
  save(size, size_, read);
  pending_.push_back({true, size, {}});
  size_ = size;
}

void TrackedFile::sync() {
  for (const Change& change : pending_) {
    if (change.truncation) continue;
    // The operating system writes whole pages.
    const std::size_t first = change.offset / page_bytes * page_bytes / sector_bytes;
    const std::size_t end = change.offset + change.data.size();
    const std::size_t past = (end + page_bytes - 1) / page_bytes * page_bytes / sector_bytes;
    durable_.erase(durable_.lower_bound(first), durable_.lower_bound(past));
  }
  durable_.erase(durable_.lower_bound((size_ + sector_bytes - 1) / sector_bytes), durable_.end());
  durable_size_ = size_;
  pending_.clear();
}

void TrackedFile::fail_sync(const std::string& current, Random& random) {
  const std::string left = after_cut(current, random);
  for (const Change& change : pending_) {
    const std::size_t end = change.truncation ? left.size() : change.offset + change.data.size();
    for (std::size_t sector = change.offset / sector_bytes; sector * sector_bytes < end; ++sector) {
      const std::size_t from = sector * sector_bytes;
      durable_[sector] = from < left.size() ? left.substr(from, sector_bytes) : Sector();
    }
  }
  durable_size_ = left.size();
  pending_.clear();
}

std::string TrackedFile::durable_part(const std::string& current) const {
  std::string image = current;
  for (const auto& [sector, content] : durable_) put(image, sector * sector_bytes, content);
  image.resize(durable_size_, '\0');
  return image;
}

/// Lets through what has come to the disk of the changes since: a random part of all, or all up to
/// a moment and a part of what came then, or simply nothing or everything.
void TrackedFile::replay(std::string& image, Random& random) const {
  const std::uint64_t kind = random.below(5);
  const std::size_t whole = kind == 0   ? 0
                            : kind == 1 ? pending_.size()
                            : kind == 2 ? random.below(pending_.size() + 1)
                                        : 0;
  const std::uint64_t share = kind == 3 ? 500 : kind == 4 ? 900 : 0;
  for (std::size_t at = 0; at < pending_.size(); ++at) {
    const Change& change = pending_[at];
    const bool torn = kind == 2 && at == whole;
    if (change.truncation) {
      if (at < whole || random.chance(share)) image.resize(change.offset, '\0');
      continue;
    }
    std::size_t done = 0;
    while (done < change.data.size()) {
      const std::size_t offset = change.offset + done;
      const std::size_t bytes =
          std::min(change.data.size() - done, sector_bytes - offset % sector_bytes);
      const bool reached = at < whole || random.chance(torn ? 500 : share);
      if (reached) put(image, offset, std::string_view(change.data).substr(done, bytes));
      done += bytes;
    }
  }
}

std::string TrackedFile::after_cut(const std::string& current, Random& random) const {
  std::string image = durable_part(current);
  replay(image, random);
  return image;
}
