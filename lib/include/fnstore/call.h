#pragma once

#include "fnstore/milli_cpus.h"
#include "fnstore/stats.h"
#include "fnstore/status.h"
#include "fnstore/timestamp.h"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace fnstore {

/// Names one call: an id is unique within its function. Views: the texts must outlive the key.
struct CallKey {
  std::string_view fn_id;
  std::string_view id;
};

/// One invocation of a function. Texts are valid UTF-8; payload is any bytes.
/// The first block is what listings carry; the request fields come with Store::get and find.
struct Call {
  std::string id{};      ///< 1 to 256 bytes without control characters
  std::string fn_id{};   ///< the same
  std::string app_id{};  ///< may be empty, as all that follow
  std::string app_name{};
  std::string trigger_id{};
  CallType type = CallType::none;
  Status status = Status::queued;
  std::string error{};                    ///< why it failed; only with `error` and `cancelled`
  std::optional<Timestamp> created_at{};  ///< Store::insert fills it in when absent
  std::optional<Timestamp> started_at{};
  std::optional<Timestamp> completed_at{};
  Stats stats{};

  // The request.
  std::string image{};
  std::int32_t delay = 0;  ///< seconds
  std::string payload{};
  std::string url{};
  std::string method{};
  std::int32_t priority = 0;      ///< 0, 1 or 2; higher first
  std::int32_t timeout = 0;       ///< seconds
  std::int32_t idle_timeout = 0;  ///< seconds
  std::uint32_t tmpfs_size = 0;   ///< MiB
  std::uint64_t memory = 0;       ///< MiB
  MilliCpus cpus{};
  std::map<std::string, std::string> config{};
  std::map<std::string, std::string> annotations{};  ///< values are JSON texts
  std::map<std::string, std::vector<std::string>> headers{};
  std::string syslog_url{};

  CallKey key() const noexcept { return {fn_id, id}; }
  friend bool operator==(const Call&, const Call&) = default;
};

/// A call together with its log, as import and export move them.
struct CallRecord {
  Call call{};
  std::optional<std::string> log{};  ///< any bytes; absent is not the same as empty
};

}  // namespace fnstore
