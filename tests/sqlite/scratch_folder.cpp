#include "scratch_folder.h"

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <set>
#include <stdexcept>

namespace fs = std::filesystem;

namespace {

std::string what_it_holds(const fs::directory_entry& entry) {
  if (entry.is_symlink()) return "link to " + fs::read_symlink(entry.path()).string();
  if (entry.is_regular_file()) return read_bytes(entry.path().string());
  return entry.is_directory() ? "folder" : "special file";
}

}  // namespace

ScratchFolder::ScratchFolder() {
  std::string name = (fs::temp_directory_path() / "fnstore-sqlite-XXXXXX").string();
  if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("no folder " + name);
  path_ = fs::canonical(name);
}

ScratchFolder::~ScratchFolder() {
  std::error_code ignored;
  fs::remove_all(path_, ignored);
}

std::map<std::string, std::string> ScratchFolder::contents() const {
  std::map<std::string, std::string> found;
  for (const auto& entry : fs::directory_iterator(path_)) {
    found[entry.path().filename().string()] = what_it_holds(entry);
  }
  return found;
}

std::string ScratchFolder::names() const {
  std::set<std::string> found;
  for (const auto& entry : fs::directory_iterator(path_)) {
    found.insert(entry.path().filename().string());
  }
  std::string all;
  for (const std::string& name : found) all += (all.empty() ? "" : " ") + name;
  return all;
}

std::string read_bytes(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) throw std::runtime_error("cannot read " + path);
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

void write_bytes(const std::string& path, std::string_view bytes) {
  std::ofstream out(path, std::ios::binary | std::ios::trunc);
  out.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  out.close();
  if (!out) throw std::runtime_error("cannot write " + path);
}

std::uint64_t size_of_file(const std::string& path) {
  std::error_code missing;
  const auto size = fs::file_size(path, missing);
  return missing ? 0 : size;
}
