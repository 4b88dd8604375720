#pragma once

#include <string_view>

namespace fnstore::run {

inline constexpr std::string_view description =
    "Runs commands and records each run as a call in a store: status, times, stats and log.";

/// The help of a command, apart from its options.
struct HelpText {
  std::string_view name;
  std::string_view summary;
  std::string_view usage;   ///< from "Usage:" on
  std::string_view footer;  ///< after the options
};

/// Of "exec", "submit", "detach" or "worker"; of fnstore-run itself for any other name.
const HelpText& help_text(std::string_view command);

}  // namespace fnstore::run
