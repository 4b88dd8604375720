#pragma once

#include "fnstore/store.h"

#include <cstdint>
#include <string>
#include <vector>

/// Call number n of a function, the same every time: finished, with a generated id, a second after
/// the one before. Some fail, and some have stats, a trigger, an app or request fields.
fnstore::Call sample_call(const std::string& fn_id, std::uint32_t n);

/// The same under a foreign id.
fnstore::Call foreign_call(const std::string& fn_id, std::uint32_t n);

/// The same in the state it begins with.
fnstore::Call waiting_call(const std::string& fn_id, std::uint32_t n,
                           fnstore::Status status = fnstore::Status::queued);

/// Calls number `from` up to `from + count - 1`; every fourth with a log, some of them empty.
std::vector<fnstore::CallRecord> sample_records(const std::string& fn_id, std::uint32_t from,
                                                std::uint32_t count);

/// Everything a store holds for these filters, page by page.
std::vector<fnstore::Call> walk(const fnstore::Store& store, const fnstore::CallFilter& filter);

/// A call as a listing returns it: without its request fields.
fnstore::Call listed(fnstore::Call call);

/// Options of a store that packs and checkpoints only when it is told to.
fnstore::StoreOptions quiet_options();
