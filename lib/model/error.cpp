#include "fnstore/error.h"

namespace fnstore {

std::string_view to_string(Errc code) noexcept {
  switch (code) {
    case Errc::not_found:
      return "not_found";
    case Errc::conflict:
      return "conflict";
    case Errc::busy:
      return "busy";
    case Errc::invalid:
      return "invalid";
    case Errc::corrupt:
      return "corrupt";
    case Errc::io:
      return "io";
    case Errc::full:
      return "full";
    case Errc::schema_too_new:
      return "schema_too_new";
    case Errc::in_doubt:
      return "in_doubt";
    case Errc::unsupported:
      return "unsupported";
    case Errc::timed_out:
      return "timed_out";
    case Errc::interrupted:
      return "interrupted";
  }
  return "unknown";
}

}  // namespace fnstore
