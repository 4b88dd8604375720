#include "sqlite/page_items.h"

#include "codec/stats_blob.h"
#include "model/call_id_text.h"
#include "sqlite/conversion.h"
#include "sqlite/row_table.h"

#include <algorithm>
#include <array>
#include <span>
#include <utility>

namespace fnstore::sqlite {
namespace {

constexpr std::size_t longest_run = 32;

/// Calls take(call, place in the block) for `run` calls of the block that the cursor stands in,
/// from its position on, the newest first, with their texts supplied.
template <typename Take>
void take_each(BlockCursor& packed, std::span<codec::ListedCall> run, Take take) {
  packed.block().read_listed(packed.position(), run);
  for (std::size_t i = run.size(); i-- > 0;) {
    if (run[i].has_trigger || run[i].has_error) packed.supply_texts();
    take(run[i], packed.position() + i);
  }
}

/// The same for those that BlockCursor::move_over() gives.
template <typename Take>
void take_run(BlockCursor& packed, std::size_t most, Take take) {
  const std::size_t count = packed.move_over(std::min(most, longest_run));
  if (count == 1) {  // as on filtered pages: without a look at the room for others
    codec::ListedCall call;
    take_each(packed, std::span(&call, 1), take);
    return;
  }
  std::array<codec::ListedCall, longest_run> room;
  take_each(packed, std::span(room).first(count), take);
}

}  // namespace

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

void CallItems::add(BlockCursor& packed, const Function& function, std::size_t most) {
  codec::BlockReader& block = packed.block();
  take_run(packed, most, [&](const codec::ListedCall& listed, std::size_t at) {
    const App& app = apps_[listed.app_no];
    Call& call = items_.emplace_back();
    if (block.has_generated_ids()) {
      call.id.resize(call_id_length);
      write_call_id(listed.id, call.id.data());
    } else {
      call.id = block.id(at).view();
    }
    call.fn_id = function.fn_id;
    call.app_id = app.app_id;
    call.app_name = app.app_name;
    if (listed.has_trigger) call.trigger_id = block.trigger_id(at);
    if (listed.has_error) call.error = block.error(at);
    call.type = listed.type;
    call.status = listed.status;
    call.created_at = to_time(listed.times.created);
    call.started_at = to_time(listed.times.started);
    call.completed_at = to_time(listed.times.completed);
    if (listed.has_stats) {
      packed.supply_stats();
      call.stats = codec::decode_stats(block.stats(at));
    }
  });
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
  codec::BlockReader& block = packed.block();
  take_run(packed, most, [&](const codec::ListedCall& call, std::size_t at) {
    CallView& view = page_.items.emplace_back();
    if (block.has_generated_ids()) {
      char* const text = page_.room(call_id_length);
      write_call_id(call.id, text);
      view.id = {text, call_id_length};
    } else {
      view.id = page_.keep(block.id(at));
    }
    set_function(view, function.fn_id);
    set_app(view, call.app_no);
    if (call.has_trigger) view.trigger_id = page_.keep(block.trigger_id(at));
    if (call.has_error) view.error = page_.keep(block.error(at));
    view.created_at = to_time(call.times.created);
    view.started_at = to_time(call.times.started);
    view.completed_at = to_time(call.times.completed);
    view.type = call.type;
    view.status = call.status;
    view.has_stats = call.has_stats;
    view.has_log = call.has_log;
  });
}

}  // namespace fnstore::sqlite
