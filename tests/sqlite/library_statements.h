#pragma once

#include <map>
#include <string>

/// Every SQL constant of lib/sqlite, as its sources have it: "file: name" and its text. Reads the
/// source folder that FNSTORE_SOURCE names.
std::map<std::string, std::string> library_statements();
