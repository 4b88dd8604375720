#include "fnstore/queue.h"

#include "fnstore/call_id.h"
#include "fnstore/limits.h"

#include "model/validation.h"
#include "store/implementation.h"
#include "store/redaction.h"

#include <algorithm>
#include <boost/json.hpp>
#include <fmt/format.h>
#include <random>
#include <utility>

namespace fnstore {
namespace {

using namespace std::chrono_literals;

constexpr std::chrono::milliseconds longest_lease = 24h;

void check(bool is_right, const std::string& message) {
  if (!is_right) throw Error(Errc::invalid, message);
}

void check_settlement(const Settlement& settlement) {
  store::check_step(settlement.step);
  if (settlement.started_at) validate_time(*settlement.started_at, "started_at");
  if (settlement.log) validate_log(*settlement.log);
  if (settlement.result) {
    check(settlement.result->size() <= limits::log_bytes,
          fmt::format("a result of {} bytes is over the limit of {}", settlement.result->size(),
                      limits::log_bytes));
  }
}

void check_submission(const Submission& submission) {
  const Call& call = submission.call;
  validate(call);
  check(call.type == CallType::async,
        fmt::format("call {}: only an async call can be submitted to the queue, not one of type "
                    "'{}'",
                    call.id, to_string(call.type)));
  check(call.status == Status::queued || call.status == Status::delayed,
        fmt::format("call {} is {}: what is submitted is queued or delayed", call.id,
                    to_string(call.status)));
  check((call.status == Status::delayed) == (call.delay > 0),
        fmt::format("call {} is {} with a delay of {} s: it is delayed when there is a delay, else "
                    "queued",
                    call.id, to_string(call.status), call.delay));
  check(submission.runner == Runner::function || submission.runner == Runner::command,
        "a runner that does not exist");
  if (!submission.idempotency_key.empty()) {
    validate_id(submission.idempotency_key, "idempotency_key");
  }
}

void check_ended(const Call& call) {
  if (is_finished(call.status)) return;
  throw Error(Errc::conflict, fmt::format("call {} is {}: only a call that has ended can be tried "
                                          "again; cancel it first",
                                          call.id, to_string(call.status)));
}

}  // namespace

std::string Queue::submit(const Submission& submission) {
  check_submission(submission);
  WriteRequest request = store_->implementation_->request();
  const RedactionRule& rule = store_->implementation_->redaction;
  store::refuse_secret_environment(submission.call, rule);
  const store::Redacted redacted(std::span(&submission.call, 1), rule);
  request.body = EnqueueRequest{
      redacted.calls().data(), submission.runner, submission.idempotency_key, nullptr, {}};
  store_->implementation_->writes->write(request);
  const std::string& existing = std::get<EnqueueRequest>(request.body).existing_id;
  return existing.empty() ? submission.call.id : existing;
}

Worker Queue::new_worker(std::chrono::milliseconds lease) {
  check(lease >= 10ms && lease <= longest_lease,
        fmt::format("a lease of {} ms is not between 10 ms and 24 h", lease.count()));
  std::random_device device;
  const std::uint64_t drawn = (std::uint64_t{device()} << 32U) | device();
  return {std::max<std::uint64_t>(1, drawn >> 1U), lease};  // fits SQL's integers
}

void Queue::renew(const Worker& worker) {
  WriteRequest request = store_->implementation_->request();
  request.body = LeaseRequest{worker, false};
  store_->implementation_->writes->write(request);
}

void Queue::close(const Worker& worker) {
  WriteRequest request = store_->implementation_->request();
  request.body = LeaseRequest{worker, true};
  store_->implementation_->writes->write(request);
}

std::vector<Claim> Queue::claim(const Worker& worker, const ClaimWish& wish) {
  return advance(worker, {}, wish).claims;
}

Handout Queue::advance(const Worker& worker, std::span<HeldEnd> ends, const ClaimWish& wish) {
  for (const HeldEnd& end : ends) {
    validate(end.key);
    check_settlement(end.settlement);
  }
  for (const FunctionRoom& room : wish.functions) validate_id(room.fn_id, "fn_id");
  WriteRequest request = store_->implementation_->request();
  request.body = ClaimRequest{worker, ends, &wish, {}};
  store_->implementation_->writes->write(request);
  return std::move(std::get<ClaimRequest>(request.body).handout);
}

void Queue::hold(const Worker& worker, const Call& call) {
  validate(call);
  check(call.status == Status::running || call.status == Status::queued,
        fmt::format("call {} is {}: what a worker holds is running or queued", call.id,
                    to_string(call.status)));
  check(call.type != CallType::async, "an async call is submitted, not held");
  WriteRequest request = store_->implementation_->request();
  const store::Redacted redacted(std::span(&call, 1), store_->implementation_->redaction);
  request.body = EnqueueRequest{redacted.calls().data(), Runner::function, {}, &worker, {}};
  store_->implementation_->writes->write(request);
}

Call Queue::settle(const Worker& worker, const CallKey& key, int attempt,
                   const Settlement& settlement) {
  validate(key);
  check_settlement(settlement);
  WriteRequest request = store_->implementation_->request();
  request.body = SettleRequest{key, worker, attempt, &settlement};
  store_->implementation_->writes->write(request);
  return std::move(*request.call);
}

Call Queue::cancel(const CallKey& key, std::string_view reason) {
  Transition step{.to = Status::cancelled, .error = "client_request"};
  if (!reason.empty()) step.error.append(": ").append(reason);
  return store_->transition(key, step);
}

std::string Queue::retry(const CallKey& key) {
  Submission again;
  again.call = store_->get(key);
  check_ended(again.call);
  again.call.id = new_call_id();
  again.call.type = CallType::async;
  again.call.status = Status::queued;
  again.call.delay = 0;
  again.call.error.clear();
  again.call.created_at.reset();
  again.call.started_at.reset();
  again.call.completed_at.reset();
  again.call.stats.clear();
  again.call.annotations[std::string(retry_annotation)] =
      boost::json::serialize(boost::json::string(key.id));
  const bool has_command = again.call.annotations.count(std::string(argv_annotation)) > 0;
  again.runner = has_command ? Runner::command : Runner::function;
  return submit(again);
}

std::optional<Timestamp> Queue::sweep() {
  WriteRequest request = store_->implementation_->request();
  request.body = SweepRequest{};
  store_->implementation_->writes->write(request);
  return std::get<SweepRequest>(request.body).next;
}

std::vector<Queue::HeldCall> Queue::held(const Worker& worker) const {
  return store_->implementation_->settled().held(worker);
}

std::optional<std::string> Queue::find_result(const CallKey& key) const {
  validate(key);
  return store_->implementation_->settled().find_result(key);
}

std::unique_ptr<QueueWatch> Queue::watch() const {
  store_->implementation_->origin.require_here("store");
  return store_->implementation_->engine->watch_queue();
}

}  // namespace fnstore
