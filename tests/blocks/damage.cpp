#include "damage.h"

#include "fnstore/error.h"

#include "allocation_watch.h"

#include <catch2/catch.hpp>

using namespace fnstore;

namespace {

std::string changed_at_random(const std::string& bytes, Draw& draw) {
  std::string damaged = bytes;
  for (std::uint64_t changes = 1 + draw.below(4); changes > 0 && !damaged.empty(); --changes) {
    const std::size_t at = draw.below(damaged.size());
    const std::size_t length = std::min<std::size_t>(1 + draw.below(9), damaged.size() - at);
    switch (draw.below(4)) {
      case 0:
        damaged[at] = static_cast<char>(draw.any());
        break;
      case 1:
        damaged.erase(at, length);
        break;
      case 2:
        damaged.insert(at, damaged.substr(at, length));
        break;
      default:
        damaged.insert(at, draw.bytes(length));
        break;
    }
  }
  return damaged;
}

}  // namespace

void for_each_damage(const std::string& bytes, Draw& draw, std::size_t random,
                     const std::function<void(const std::string&)>& take) {
  for (std::size_t length = 0; length < bytes.size(); ++length) take(bytes.substr(0, length));
  std::string damaged = bytes;
  for (std::size_t at = 0; at < bytes.size(); ++at) {
    for (const unsigned bits : {0x01U, 0x02U, 0x08U, 0x40U, 0x80U, 0xffU}) {
      damaged[at] = static_cast<char>(static_cast<unsigned char>(bytes[at]) ^ bits);
      take(damaged);
    }
    damaged[at] = bytes[at];
  }
  for (std::size_t i = 0; i < random; ++i) take(changed_at_random(bytes, draw));
}

bool answers(std::size_t most, const std::function<void()>& read) {
  bool answer = true;
  reset_largest_allocation();
  try {
    read();
  } catch (const Error& error) {
    if (error.code() != Errc::corrupt) FAIL("not corrupt: " << error.what());
    answer = false;
  } catch (const std::exception& other) {
    FAIL("not an Error: " << other.what());
  }
  if (largest_allocation() > most) FAIL("allocates " << largest_allocation() << " bytes at once");
  return answer;
}
