#include "fnstore/error.h"

#include "trace_day.h"
#include "trace_files.h"

#include <catch2/catch.hpp>
#include <string>
#include <vector>

using namespace fnstore;
using namespace fnstore::bench;

namespace {

/// What read_trace says about a trace; empty when it takes it.
std::string refusal(const TraceFiles& files, Errc code = Errc::invalid) {
  try {
    read_trace(files.prefix());
    return {};
  } catch (const Error& error) {
    CHECK(to_string(error.code()) == to_string(code));
    return error.what();
  }
}

struct Spoilt {
  std::string what;
  std::string part;
  std::string from;
  std::string to;
  std::string place;  ///< "inv:3" for line 3 of the file with the invocations
  std::string says;
};

const std::vector<Spoilt> spoilt_traces{
    {"column missing", "inv", "HashApp", "App", "inv:1", "no column \"HashApp\""},
    {"no minutes", "inv", "minute_1,", "hour_1,", "inv:1", "no column \"minute_1\""},
    {"column twice", "inv", "HashApp", "HashOwner", "inv:1", "\"HashOwner\" is named twice"},
    {"percentile missing", "run", "Average_25", "Average_26", "run:1", "percentile_Average_25"},
    {"memory missing", "mem", "Mb_pct95", "Mb_pct96", "mem:1", "AverageAllocatedMb_pct95"},
    {"not a number", "inv", "400,300,", "400,many,", "inv:4", "\"minute_2\" is \"many\""},
    {"number with a tail", "inv", "400,300,", "400,300x,", "inv:4", "\"300x\""},
    {"negative count", "inv", ",1,0,0", ",-1,0,0", "inv:3", "\"-1\""},
    {"half a call", "inv", ",1,0,0", ",0.5,0,0", "inv:3", "\"0.5\""},
    {"count too large", "inv", ",1,0,0", ",4294967296,0,0", "inv:3", "\"4294967296\""},
    {"too many calls", "inv", "400,300,", "400,200000000,", "inv:4", "more than 200000000 calls"},
    {"row too short", "inv", "owner,5,0,7", "owner,5,0", "inv:2", "5 fields, but the header has 6"},
    {"row too long", "inv", "owner,5,0,7", "owner,5,0,7,1", "inv:2", "7 fields"},
    {"no name", "inv", "mail,letters", ",letters", "inv:3", "\"HashFunction\" is empty"},
    {"same function twice", "inv", "busy,images", "resize,images", "inv:4", "already"},
    {"function without run times", "run", "mail,letters", "post,letters", "inv:3", "_run.csv"},
    {"app without memory", "mem", "letters,owner", "other,owner", "inv:3", "_mem.csv"},
    {"run times twice", "run", "mail,letters", "busy,images", "run:4", "already"},
    {"memory twice", "mem", "letters,owner", "images,owner", "mem:3", "already"},
    {"run time no number", "run", "12,20,30", "12,fast,30", "run:2", "\"fast\""},
    {"run time infinite", "run", "50,700,900\n", "50,700,inf\n", "run:2", "\"inf\""},
    {"run time negative", "run", ",10,12,20", ",-10,12,20", "run:2", "\"-10\""},
    {"run times fall", "run", "12,20,30", "12,31,30", "run:2", "percentiles fall"},
    {"run of a year", "run", "200000,200000\n", "200000,31536000000\n", "run:3", "30 days"},
    {"memory of an exabyte", "mem", "299,300\n", "299,1e12\n", "mem:3", "16 TiB"},
    {"memory falls", "mem", "100,110,150", "120,110,150", "mem:3", "percentiles fall"},
};

}  // namespace

TEST_CASE("a trace gives each function its counts") {
  const TraceFiles files;
  const TraceDay day = read_trace(files.prefix());
  REQUIRE(day.functions.size() == 3);
  CHECK(day.calls == 913);
  CHECK(day.functions[0].fn_id == "resize");
  CHECK(day.functions[0].app_id == "images");
  CHECK(day.functions[0].calls == 12);
  CHECK(day.functions[0].calls_per_minute == std::vector<std::uint32_t>{5, 0, 7});
  CHECK(day.functions[1].fn_id == "mail");
  CHECK(day.functions[1].calls == 1);
  CHECK(day.functions[2].calls == 900);
  CHECK(day.functions[2].run_ms.minimum() == 10);
  CHECK(day.functions[2].run_ms.maximum() == 900);
  CHECK(day.functions[2].memory_mb.value(0.5) == 200);
}

TEST_CASE("columns are found by name, lines may end with CR LF or not at all") {
  const TraceFiles files;
  files.write("inv",
              "minute_2,HashOwner,HashApp,minute_1,HashFunction\r\n"
              "30,owner,images,4,busy\r\n"
              "\r\n"
              "2,owner,letters,1,mail");
  const TraceDay day = read_trace(files.prefix());
  REQUIRE(day.functions.size() == 2);
  CHECK(day.functions[0].calls_per_minute == std::vector<std::uint32_t>{4, 30});
  CHECK(day.functions[1].calls_per_minute == std::vector<std::uint32_t>{1, 2});
}

TEST_CASE("a function name that two apps share is told apart by the app") {
  const TraceFiles files;
  files.replace("inv", "mail,letters", "busy,letters");
  files.replace("run", "mail,letters", "busy,letters");
  const TraceDay day = read_trace(files.prefix());
  REQUIRE(day.functions.size() == 3);
  CHECK(day.functions[0].fn_id == "images/resize");
  CHECK(day.functions[1].fn_id == "letters/busy");
  CHECK(day.functions[2].fn_id == "images/busy");
  CHECK(day.functions[1].run_ms.maximum() == 77);
}

TEST_CASE("a spoilt trace is refused with its file and line") {
  for (const Spoilt& spoilt : spoilt_traces) {
    INFO(spoilt.what);
    const TraceFiles files;
    files.replace(spoilt.part, spoilt.from, spoilt.to);
    const std::string message = refusal(files);
    const std::string part = spoilt.place.substr(0, 3);
    CHECK_THAT(message, Catch::StartsWith(files.path(part) + spoilt.place.substr(3) + ": "));
    CHECK_THAT(message, Catch::Contains(spoilt.says));
  }
}

TEST_CASE("a trace without a file, or with an empty one, is refused") {
  for (const std::string part : {"inv", "run", "mem"}) {
    INFO(part);
    const TraceFiles files;
    files.write(part, "");
    CHECK_THAT(refusal(files), Catch::StartsWith(files.path(part)) && Catch::Contains("is empty"));
    files.remove(part);
    CHECK_THAT(refusal(files, Errc::not_found),
               Catch::StartsWith(files.path(part)) && Catch::Contains("No such file"));
  }
}

TEST_CASE("a trace without calls is refused") {
  const TraceFiles files;
  files.write("inv", "HashFunction,HashApp,HashOwner,minute_1\nmail,letters,owner,0\n");
  CHECK_THAT(refusal(files), Catch::Contains("no calls"));
}
