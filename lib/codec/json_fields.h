#pragma once

#include "fnstore/call.h"
#include "fnstore/limits.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <string_view>
#include <variant>

namespace fnstore {

/// Fields whose JSON value is not simply the text, time or number of one member.
enum class SpecialField {
  type,
  status,
  stats,
  payload_base64,
  cpus,
  config,
  annotations,
  headers,
  log,
  log_base64,
};

template <typename Number>
struct NumberField {
  Number Call::*member;
  std::uint64_t most;  ///< the least is 0
};

/// Where a field of the JSON object goes.
using FieldTarget =
    std::variant<std::string Call::*, std::optional<Timestamp> Call::*, NumberField<std::int32_t>,
                 NumberField<std::uint32_t>, NumberField<std::uint64_t>, SpecialField>;

struct JsonField {
  std::string_view name;
  FieldTarget target;
};

inline constexpr NumberField<std::int32_t> seconds_field(std::int32_t Call::*member) {
  return {member, limits::max_seconds};
}

/// Every field a call's object may have, in the order they are written in.
inline constexpr std::array<JsonField, 30> json_fields{{
    {"id", &Call::id},
    {"fn_id", &Call::fn_id},
    {"app_id", &Call::app_id},
    {"app_name", &Call::app_name},
    {"trigger_id", &Call::trigger_id},
    {"type", SpecialField::type},
    {"status", SpecialField::status},
    {"error", &Call::error},
    {"created_at", &Call::created_at},
    {"started_at", &Call::started_at},
    {"completed_at", &Call::completed_at},
    {"stats", SpecialField::stats},
    {"image", &Call::image},
    {"delay", seconds_field(&Call::delay)},
    {"payload", &Call::payload},
    {"payload_base64", SpecialField::payload_base64},
    {"url", &Call::url},
    {"method", &Call::method},
    {"priority", NumberField<std::int32_t>{&Call::priority, 2}},
    {"timeout", seconds_field(&Call::timeout)},
    {"idle_timeout", seconds_field(&Call::idle_timeout)},
    {"tmpfs_size",
     NumberField<std::uint32_t>{&Call::tmpfs_size, std::numeric_limits<std::uint32_t>::max()}},
    {"memory", NumberField<std::uint64_t>{&Call::memory, std::numeric_limits<std::int64_t>::max()}},
    {"cpus", SpecialField::cpus},
    {"config", SpecialField::config},
    {"annotations", SpecialField::annotations},
    {"headers", SpecialField::headers},
    {"syslog_url", &Call::syslog_url},
    {"log", SpecialField::log},
    {"log_base64", SpecialField::log_base64},
}};

}  // namespace fnstore
