#include "trace_files.h"

#include <cstdlib>
#include <fstream>
#include <sstream>
#include <stdexcept>

namespace fnstore::bench {
namespace {

constexpr const char* invocations =
    "HashFunction,HashApp,HashOwner,minute_1,minute_2,minute_3\n"
    "resize,images,owner,5,0,7\n"
    "mail,letters,owner,1,0,0\n"
    "busy,images,owner,400,300,200\n";

constexpr const char* run_times =
    "HashFunction,HashApp,HashOwner,Count,Average,Minimum,Maximum,percentile_Average_0,"
    "percentile_Average_1,percentile_Average_25,percentile_Average_50,percentile_Average_75,"
    "percentile_Average_99,percentile_Average_100\n"
    "busy,images,owner,900,40,10.0,900.0,10,12,20,30,50,700,900\n"
    "resize,images,owner,12,200000,1000.0,200000.0,1000,1000,50000,90000,100000,200000,200000\n"
    "mail,letters,owner,1,77,77.0,77.0,77,77,77,77,77,77,77\n";

constexpr const char* memory =
    "HashApp,HashOwner,SampleCount,AverageAllocatedMb,AverageAllocatedMb_pct1,"
    "AverageAllocatedMb_pct5,AverageAllocatedMb_pct25,AverageAllocatedMb_pct50,"
    "AverageAllocatedMb_pct75,AverageAllocatedMb_pct95,AverageAllocatedMb_pct99,"
    "AverageAllocatedMb_pct100\n"
    "letters,owner,3,20,20,20,20,20,20,20,20,20\n"
    "images,owner,9,200,100,110,150,200,250,290,299,300\n";

}  // namespace

TraceFiles::TraceFiles() {
  std::string name = (std::filesystem::temp_directory_path() / "fnstore-trace-XXXXXX").string();
  if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("cannot make " + name);
  folder_ = name;
  write("inv", invocations);
  write("run", run_times);
  write("mem", memory);
}

TraceFiles::~TraceFiles() {
  std::filesystem::remove_all(folder_);
}

void TraceFiles::write(const std::string& part, const std::string& text) const {
  std::ofstream file(path(part), std::ios::binary);
  file << text;
  if (!file.flush()) throw std::runtime_error("cannot write " + path(part));
}

void TraceFiles::remove(const std::string& part) const {
  std::filesystem::remove(path(part));
}

void TraceFiles::replace(const std::string& part, const std::string& from,
                         const std::string& to) const {
  std::ostringstream whole;
  whole << std::ifstream(path(part), std::ios::binary).rdbuf();
  std::string text = whole.str();
  const std::size_t at = text.find(from);
  if (at == std::string::npos || text.find(from, at + 1) != std::string::npos) {
    throw std::runtime_error("\"" + from + "\" does not stand exactly once in " + path(part));
  }
  write(part, text.replace(at, from.size(), to));
}

}  // namespace fnstore::bench
