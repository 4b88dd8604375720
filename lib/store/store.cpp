#include "fnstore/store.h"

#include "fnstore/limits.h"
#include "fnstore/statistics.h"

#include "model/validation.h"
#include "sqlite/engine.h"
#include "store/implementation.h"
#include "store/redaction.h"
#include "store/retention_check.h"

#include <algorithm>
#include <fmt/format.h>
#include <utility>

namespace fnstore {

void store::check_status(Status status) {
  if (static_cast<unsigned>(status) < status_count) return;
  throw Error(Errc::invalid, fmt::format("status {} does not exist: it is a number from 0 to {}",
                                         static_cast<unsigned>(status), status_count - 1));
}

void store::check_filter(const CallFilter& filter) {
  if (!filter.fn_id.empty()) validate_id(filter.fn_id, "fn_id");
  for (const Status status : filter.status) check_status(status);
  if (filter.type && static_cast<unsigned>(*filter.type) >= call_type_count) {
    throw Error(Errc::invalid,
                fmt::format("type {} does not exist: it is a number from 0 to {}",
                            static_cast<unsigned>(*filter.type), call_type_count - 1));
  }
}

void store::check_step(const Transition& step) {
  check_status(step.to);
  if (step.at) validate_time(*step.at, "at");
  validate_error(step.error, step.to);
  validate_stats(step.stats);
}

using store::check_filter;
using store::check_status;
using store::check_step;

namespace {

void check_options(const StoreOptions& options) {
  if (options.pack_after == 0) throw Error(Errc::invalid, "pack_after must be at least 1");
  if (options.busy_timeout.count() < 0 || options.busy_timeout > std::chrono::hours(24)) {
    throw Error(Errc::invalid, "busy_timeout must lie between 0 and 24 hours");
  }
}

ListRequest list_request(const CallFilter& filter) {
  check_filter(filter);
  ListRequest request{filter, std::nullopt, filter.per_page};
  if (request.per_page == 0) request.per_page = limits::default_page;
  if (request.per_page > limits::calls_per_page) {
    throw Error(Errc::invalid, fmt::format("per_page {} is above the limit of {}", filter.per_page,
                                           limits::calls_per_page));
  }
  if (!filter.cursor.empty()) request.cursor = decode_cursor(filter.cursor);
  return request;
}

std::unique_ptr<store::OwnedWrite> owned_insert(WriteRequest&& request,
                                                std::vector<CallRecord> records) {
  auto owned = std::make_unique<store::OwnedWrite>();
  owned->records = std::move(records);
  owned->request = std::move(request);
  owned->request.body = InsertRequest{{}, owned->records, OnConflict::error};
  return owned;
}

std::unique_ptr<store::OwnedWrite> owned_for(WriteRequest&& request, const CallKey& key,
                                             std::string_view bytes) {
  auto owned = std::make_unique<store::OwnedWrite>();
  owned->fn_id = key.fn_id;
  owned->id = key.id;
  owned->bytes = bytes;
  owned->request = std::move(request);
  return owned;
}

}  // namespace

Store::Store(std::unique_ptr<Implementation> implementation)
    : implementation_(std::move(implementation)) {}
Store::Store(Store&&) noexcept = default;
Store& Store::operator=(Store&&) noexcept = default;
Store::~Store() = default;

Store Store::open(const std::string& path, const StoreOptions& options) {
  check_options(options);
  auto made = std::make_unique<Implementation>();
  made->clock = options.clock == nullptr ? &system_clock() : options.clock;
  made->durability = options.durability;
  made->redaction = options.redaction;
  made->engine = sqlite::open_engine(path, options);
  made->writes = std::make_unique<store::GroupCommit>(*made->engine,
                                                      options.durability == Durability::buffered);
  return Store(std::move(made));
}

void Store::insert(const Call& call) {
  insert(std::span(&call, 1));
}

void Store::insert(std::span<const Call> calls) {
  if (calls.empty()) return;
  for (const Call& call : calls) validate(call);
  WriteRequest request = implementation_->request();
  const store::Redacted redacted(calls, implementation_->redaction);
  calls = redacted.calls();
  if (implementation_->writes->buffered()) {
    std::vector<CallRecord> records;
    records.reserve(calls.size());
    for (const Call& call : calls) records.push_back({call, std::nullopt});
    implementation_->writes->write_later(owned_insert(std::move(request), std::move(records)));
    return;
  }
  request.body = InsertRequest{calls, {}, OnConflict::error};
  implementation_->writes->write(request);
}

InsertCounts Store::insert(std::span<const CallRecord> records, OnConflict on_conflict) {
  if (records.empty()) return {};
  for (const CallRecord& record : records) validate(record);
  WriteRequest request = implementation_->request();
  const store::RedactedRecords redacted(records, implementation_->redaction);
  records = redacted.records();
  request.body = InsertRequest{{}, records, on_conflict};
  implementation_->writes->write(request);
  return request.counts;
}

Call Store::transition(const CallKey& key, const Transition& step) {
  validate(key);
  check_step(step);
  WriteRequest request = implementation_->request();
  request.body = TransitionRequest{key, &step};
  implementation_->writes->write(request);
  return std::move(*request.call);
}

std::optional<Call> Store::find(const CallKey& key) const {
  validate(key);
  return implementation_->settled().find(key);
}

Call Store::get(const CallKey& key) const {
  std::optional<Call> call = find(key);
  if (!call) throw Error(Errc::not_found, "Call not found");
  return std::move(*call);
}

CallList Store::list(const CallFilter& filter) const {
  const ListRequest request = list_request(filter);
  CallList page;
  page.items = implementation_->settled().list(request);
  if (page.items.size() == request.per_page) {
    const Call& last = page.items.back();
    page.next_cursor = encode_cursor(last.id, filter.fn_id.empty() ? last.fn_id : std::string());
  }
  return page;
}

void Store::list_views(const CallFilter& filter, CallViewList& page) const {
  page.clear();
  const ListRequest request = list_request(filter);
  try {
    implementation_->settled().list_views(request, page);
  } catch (...) {
    page.clear();
    throw;
  }
  if (page.items.size() == request.per_page) {
    const CallView& last = page.items.back();
    page.next_cursor =
        encode_cursor(last.id, filter.fn_id.empty() ? last.fn_id : std::string_view());
  }
}

CallViewList Store::list_views(const CallFilter& filter) const {
  CallViewList page;
  list_views(filter, page);
  return page;
}

CallRange Store::calls(CallFilter filter) const {
  if (filter.per_page == 0) filter.per_page = 256;
  return CallRange(*this, std::move(filter));
}

void Store::put_log(const CallKey& key, std::string_view bytes) {
  validate(key);
  validate_log(bytes);
  WriteRequest request = implementation_->request();
  if (implementation_->writes->buffered()) {
    auto owned = owned_for(std::move(request), key, bytes);
    owned->request.body = LogRequest{{owned->fn_id, owned->id}, owned->bytes};
    implementation_->writes->write_later(std::move(owned));
    return;
  }
  request.body = LogRequest{key, bytes};
  implementation_->writes->write(request);
}

std::optional<std::string> Store::find_log(const CallKey& key) const {
  validate(key);
  return implementation_->settled().find_log(key);
}

std::string Store::get_log(const CallKey& key) const {
  std::optional<std::string> log = find_log(key);
  if (!log) throw Error(Errc::not_found, "Call log not found");
  return std::move(*log);
}

void Store::remove(const CallKey& key) {
  validate(key);
  WriteRequest request = implementation_->request();
  request.body = RemoveRequest{key};
  implementation_->writes->write(request);
}

void Store::flush() {
  implementation_->origin.require_here("store");
  implementation_->writes->flush();
}

void Store::pack() {
  implementation_->settled().pack();
}

Durability Store::durability() const noexcept {
  return implementation_->durability;
}

bool Store::exchanged() const noexcept {
  return implementation_->engine->exchanged();
}

PruneResult Store::prune(const PruneRequest& request) {
  store::check_prune(request);
  return implementation_->settled().prune(request);
}

RetentionPolicy Store::retention_policy() const {
  return implementation_->settled().retention_policy();
}

void Store::set_retention_policy(const RetentionPolicy& policy) {
  store::check_policy(policy);
  implementation_->settled().set_retention_policy(policy);
}

void Store::compact() {
  implementation_->settled().compact();
}

Statistics Store::statistics(const StatisticsRequest& request) const {
  check_filter(request.filter);
  if (request.timeline_points > limits::timeline_points) {
    throw Error(Errc::invalid, fmt::format("timeline_points {} is above the limit of {}",
                                           request.timeline_points, limits::timeline_points));
  }
  return implementation_->settled().statistics(request);
}

StoreInfo Store::info() const {
  return implementation_->settled().info();
}

std::vector<std::string> Store::function_ids(std::string_view prefix, std::size_t limit) const {
  return implementation_->settled().function_ids(prefix, limit);
}

}  // namespace fnstore
