#include "sqlite/page_items.h"

#include "model/call_id_text.h"
#include "sqlite/conversion.h"
#include "sqlite/row_table.h"

#include <algorithm>
#include <array>
#include <span>
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

void CallItems::add(BlockCursor& packed, const Function& function, std::size_t) {
  codec::CallEntry entry = packed.entry();
  const App& app = apps_[entry.app_no];
  fill_call(items_.emplace_back(), std::move(entry), function.fn_id, app);
}

void PackedItems::add(BlockCursor& packed, const Function& function, std::size_t) {
  auto call = std::make_shared<RecentCall>();
  call->call = packed.entry();
  call->function = &function;
  calls_.push_back(std::move(call));
}

void ViewItems::set_app(CallView& view, std::uint32_t app_no) {
  const App& app = apps_[app_no];
  if (&app != kept_app_) {
    app_id_ = page_.keep(app.app_id);
    app_name_ = page_.keep(app.app_name);
    kept_app_ = &app;
  }
  view.app_id = app_id_;
  view.app_name = app_name_;
}

void ViewItems::set_function(CallView& view, std::string_view fn_id) {
  // By address: the texts of functions stay where they are.
  if (fn_id.data() != asked_fn_id_.data()) {
    fn_id_ = page_.keep(fn_id);
    asked_fn_id_ = fn_id;
  }
  view.fn_id = fn_id_;
}

void ViewItems::add(const RecentCall& recent) {
  const codec::CallEntry& call = recent.call;
  CallView& view = page_.items.emplace_back();
  view.id = page_.keep(call.id);
  set_function(view, recent.function->fn_id);
  set_app(view, call.app_no);
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

void ViewItems::add(BlockCursor& packed, const Function& function, std::size_t most) {
  std::array<codec::ListedCall, 32> room;
  const std::span run = std::span(room).first(packed.move_over(std::min(most, room.size())));
  codec::BlockReader& block = packed.block();
  block.read_listed(packed.position(), run);
  const bool generated_ids = block.has_generated_ids();
  char* ids = generated_ids ? page_.room(run.size() * call_id_length) : nullptr;
  for (std::size_t i = run.size(); i-- > 0;) {
    const codec::ListedCall& call = run[i];
    const std::size_t at = packed.position() + i;
    CallView& view = page_.items.emplace_back();
    if (generated_ids) {
      write_call_id(call.id, ids);
      view.id = {ids, call_id_length};
      ids += call_id_length;
    } else {
      view.id = page_.keep(block.id(at));
    }
    set_function(view, function.fn_id);
    set_app(view, call.app_no);
    if (call.has_trigger || call.has_error) packed.supply_texts();
    if (call.has_trigger) view.trigger_id = page_.keep(block.trigger_id(at));
    if (call.has_error) view.error = page_.keep(block.error(at));
    view.created_at = to_time(call.times.created);
    view.started_at = to_time(call.times.started);
    view.completed_at = to_time(call.times.completed);
    view.type = call.type;
    view.status = call.status;
    view.has_stats = call.has_stats;
    view.has_log = call.has_log;
  }
}

}  // namespace fnstore::sqlite
