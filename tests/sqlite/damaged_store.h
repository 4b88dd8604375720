#pragma once

#include "fnstore/store.h"

#include "raw_database.h"

#include <functional>
#include <map>
#include <string>
#include <vector>

/// A closed store with every kind of content, to be damaged and then read.
///   "f"  1500 packed calls under generated ids, in several blocks
///   "g"  300 packed calls under foreign ids
///   "r"  61 calls in rows, one with stats too large to be kept in memory
///   "w"  waiting calls
/// Functions are numbered in this order.
void make_sound_store(const std::string& path);

/// One look at the store; the text tells all that was seen.
struct Reading {
  std::string name;
  std::function<std::string(const fnstore::Store&)> read;
};

/// Among them: "list f", "find f", "log f", the same for g and r, "list all", "info".
const std::vector<Reading>& readings();

/// By reading, what a sound store says.
using Answers = std::map<std::string, std::string>;
Answers read_sound_store(const std::string& path);

/// What one reading of a damaged store came to.
enum class Outcome { right, wrong, corrupt, other_error, other_exception };

struct ReadingResult {
  Outcome outcome = Outcome::right;
  std::string message;
};

/// By reading. When the store cannot be opened, every reading has the result of opening it.
std::map<std::string, ReadingResult> read_damaged_store(const std::string& path,
                                                        const Answers& sound);
