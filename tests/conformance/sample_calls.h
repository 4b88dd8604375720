#pragma once

#include "fnstore/fnstore.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

/// 2019-04-05T00:00:00Z and so many milliseconds.
fnstore::Timestamp at(std::int64_t milliseconds);

/// A generated id of at(milliseconds).
std::string id_at(std::int64_t milliseconds, std::size_t counter = 0);

/// A call in some state, with the times that go with it. created_at is at(0).
fnstore::Call call_in(fnstore::Status status, std::string_view fn_id, std::string_view id);

/// A call that ended in success.
fnstore::Call done(std::string_view fn_id, std::string_view id);
fnstore::Call done(std::string_view fn_id, std::string_view id, fnstore::Timestamp created_at);

/// `count` calls of a function that ended in success, one a second, oldest first.
std::vector<fnstore::Call> done_each_second(std::string_view fn_id, std::size_t count);

/// A call in which every field is set that may be set in its state.
fnstore::Call full_call(fnstore::Status status, std::string_view fn_id, std::string_view id);

/// `count` samples, one a second, with the metric n = 0, 1, 2, ...
fnstore::Stats samples_each_second(std::size_t count);

/// The call as a listing carries it: without the request fields.
fnstore::Call as_listed(const fnstore::Call& call);
