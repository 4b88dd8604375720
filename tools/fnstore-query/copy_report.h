#pragma once

#include "fnstore/safekeeping.h"

#include "session.h"

#include <string>

namespace fnstore::query {

/// What backup and restore print.
std::string copy_report(const CopyCounts& counts, Format format);

}  // namespace fnstore::query
