#pragma once

#include "fnstore/call.h"

#include <random>

/// A legal record: every field is sometimes empty and sometimes strange (escapes, NUL, U+2028,
/// bytes that are not UTF-8 where any bytes may stand).
fnstore::CallRecord random_record(std::mt19937_64& random);
