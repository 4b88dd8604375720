#include "sqlite/page_items.h"

#include "sqlite/conversion.h"
#include "sqlite/row_table.h"

#include <utility>

namespace fnstore::sqlite {

codec::CallEntry entry_of(Connection& connection, const RecentCall& recent) {
  codec::CallEntry entry = recent.call;
  if (recent.stats_in_row) entry.stats = read_row_stats(connection, recent.row_no);
  return entry;
}

void CallItems::add(const RecentCall& recent) {
  codec::CallEntry entry = recent.call;
  if (recent.stats_in_row) entry.stats = read_row_stats(snapshot_.connection(), recent.row_no);
  const App& app = apps_[entry.app_no];
  fill_call(items_.emplace_back(), std::move(entry), recent.function->fn_id, app);
}

void CallItems::add(BlockCursor& packed, std::string_view fn_id) {
  codec::CallEntry entry = packed.entry();
  const App& app = apps_[entry.app_no];
  fill_call(items_.emplace_back(), std::move(entry), fn_id, app);
}

void ViewItems::add(const RecentCall& recent) {
  const codec::CallEntry& call = recent.call;
  const App& app = apps_[call.app_no];
  CallView& view = page_.items.emplace_back();
  view.id = page_.keep(call.id);
  view.fn_id = recent.function->fn_id;
  view.app_id = app.app_id;
  view.app_name = app.app_name;
  view.trigger_id = page_.keep(call.trigger_id);
  view.error = page_.keep(call.error);
  view.created_at = to_time(call.created);
  view.started_at = to_time(call.started);
  view.completed_at = to_time(call.completed);
  view.type = call.type;
  view.status = call.status;
  view.has_stats = recent.stats_in_row || !call.stats.empty();
  view.has_log = call.log_no != 0;
}

void ViewItems::add(BlockCursor& packed, std::string_view fn_id) {
  codec::BlockReader& block = packed.block_with_texts();
  const std::size_t at = packed.position();
  const App& app = apps_[block.app_no(at)];
  CallView& view = page_.items.emplace_back();
  view.id = page_.keep(block.id(at));
  view.fn_id = fn_id;
  view.app_id = app.app_id;
  view.app_name = app.app_name;
  if (block.has_trigger(at)) view.trigger_id = page_.keep(block.trigger_id(at));
  if (block.has_error(at)) view.error = page_.keep(block.error(at));
  view.created_at = to_time(block.created(at));
  view.started_at = to_time(block.started(at));
  view.completed_at = to_time(block.completed(at));
  view.type = block.type(at);
  view.status = block.status(at);
  view.has_stats = block.has_stats(at);
  view.has_log = block.log_no(at) != 0;
}

}  // namespace fnstore::sqlite
