#include "sqlite/conversion.h"

#include "fnstore/limits.h"

#include "codec/stats_blob.h"

#include <utility>

namespace fnstore::sqlite {

std::int64_t to_milliseconds(const std::optional<Timestamp>& time) {
  return time ? time->time_since_epoch().count() : codec::no_time;
}

codec::CallEntry to_entry(const Call& call, Timestamp now) {
  codec::CallEntry entry;
  entry.id = call.id;
  entry.status = call.status;
  entry.type = call.type;
  entry.created = to_milliseconds(call.created_at ? call.created_at : now);
  entry.started = to_milliseconds(call.started_at);
  entry.completed = to_milliseconds(call.completed_at);
  entry.trigger_id = call.trigger_id;
  entry.error = call.error;
  entry.stats = call.stats.size() > limits::samples_per_call
                    ? codec::encode_stats(merge_samples(call.stats))
                    : codec::encode_stats(call.stats);
  return entry;
}

Call to_call(codec::CallEntry&& entry, std::string_view fn_id, const App& app) {
  Call call;
  fill_call(call, std::move(entry), fn_id, app);
  return call;
}

void fill_call(Call& call, codec::CallEntry&& entry, std::string_view fn_id, const App& app) {
  call.id = entry.id.view();
  call.fn_id = fn_id;
  call.app_id = app.app_id;
  call.app_name = app.app_name;
  call.trigger_id = std::move(entry.trigger_id);
  call.type = entry.type;
  call.status = entry.status;
  call.error = std::move(entry.error);
  call.created_at = to_time(entry.created);
  call.started_at = to_time(entry.started);
  call.completed_at = to_time(entry.completed);
  if (!entry.stats.empty()) call.stats = codec::decode_stats(entry.stats);
}

}  // namespace fnstore::sqlite
