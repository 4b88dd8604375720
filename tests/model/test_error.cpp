#include "fnstore/error.h"

#include <catch2/catch.hpp>
#include <map>

using fnstore::Errc;
using fnstore::Error;

TEST_CASE("every code has the name of the contract") {
  const std::map<Errc, std::string> names{
      {Errc::not_found, "not_found"}, {Errc::conflict, "conflict"},
      {Errc::busy, "busy"},           {Errc::invalid, "invalid"},
      {Errc::corrupt, "corrupt"},     {Errc::io, "io"},
      {Errc::full, "full"},           {Errc::schema_too_new, "schema_too_new"},
      {Errc::in_doubt, "in_doubt"},   {Errc::unsupported, "unsupported"},
      {Errc::timed_out, "timed_out"}, {Errc::interrupted, "interrupted"},
  };
  for (const auto& [code, name] : names) CHECK(to_string(code) == name);
  CHECK_FALSE(to_string(static_cast<Errc>(99)).empty());
}

TEST_CASE("an error carries its code and its message") {
  const Error error(Errc::conflict, "the call exists");
  CHECK(error.code() == Errc::conflict);
  CHECK(error.what() == std::string("the call exists"));
}

TEST_CASE("only busy, full and in_doubt are worth another try") {
  for (int code = 0; code <= static_cast<int>(Errc::interrupted); ++code) {
    const auto errc = static_cast<Errc>(code);
    const bool again = errc == Errc::busy || errc == Errc::full || errc == Errc::in_doubt;
    INFO(to_string(errc));
    CHECK(Error(errc, "").retryable() == again);
  }
}
