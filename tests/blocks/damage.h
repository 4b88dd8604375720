#pragma once

#include "random_calls.h"

#include <functional>
#include <string>

/// Calls `take` with every prefix of `bytes`, with each of its bytes changed in several ways, and
/// with `random` random changes: bytes set, cut out, repeated and inserted.
void for_each_damage(const std::string& bytes, Draw& draw, std::size_t random,
                     const std::function<void(const std::string&)>& take);

/// Whether `read` gives an answer; false when it ends with a `corrupt` Error. Any other exception
/// fails the test, and so does a single allocation of more than `most` bytes.
bool answers(std::size_t most, const std::function<void()>& read);
