#pragma once

#include "fnstore/fnstore.h"

#include <cstddef>
#include <string>
#include <vector>

/// A finished call of one of a few functions; every third has a request, so that it has details.
fnstore::CallRecord sample_record(std::size_t number);

/// Finished calls of one function, as a bulk insert brings them.
std::vector<fnstore::Call> sample_batch(std::size_t size, const std::string& fn_id = "batch");

/// Calls in blocks, in batches and in rows, with logs; two calls that run and three that wait in
/// the queue. Built once, closed, and then copied.
void make_history(const std::string& path);

/// The same, left by a process that was killed: most of it is in the log.
void make_killed_history(const std::string& path);

/// The one in tests/data, written by an earlier release.
void copy_frozen(int schema, const std::string& path);

inline constexpr std::size_t history_waiting = 3;
