#pragma once

#include "fnstore/statistics.h"

#include "terminal.h"

#include <span>
#include <string>
#include <string_view>

namespace fnstore::query {

/// What a group's key is called in the output: fn_id, app_id, type, hour, day.
std::string_view key_name(GroupBy by);

/// One summary as the members of a JSON object, without braces.
std::string summary_members(const CallSummary& summary);

/// A group as a JSON object, its key first, under key_name().
std::string group_json(const CallSummary& group, GroupBy by);

/// Everything in one JSON object.
std::string statistics_json(const Statistics& statistics, GroupBy by);

/// The same numbers as rows of one CSV table; its first column says what a row is about.
std::string statistics_csv(const Statistics& statistics, GroupBy by);

/// Only groups, as CSV and as a table.
std::string groups_csv(std::span<const CallSummary> groups, GroupBy by);
std::string groups_table(std::span<const CallSummary> groups, GroupBy by, const Terminal& terminal);

/// For people: counts, durations, reasons, a histogram of run times, and calls and errors over
/// time.
std::string statistics_table(const Statistics& statistics, GroupBy by, const Terminal& terminal);

}  // namespace fnstore::query
