#include "executor/command_streams.h"

namespace fnstore::executor {

void CommandStreams::drain(std::chrono::milliseconds patience) {
  using std::chrono::steady_clock;
  take_present();
  const steady_clock::time_point end = steady_clock::now() + patience;
  std::vector<pollfd> queries;
  while (is_open()) {
    const auto left =
        std::chrono::ceil<std::chrono::milliseconds>(end - steady_clock::now()).count();
    if (left <= 0) break;
    queries.clear();
    add_events(queries);
    ::poll(queries.data(), queries.size(), static_cast<int>(left));
    pump();
  }
  close();
}

}  // namespace fnstore::executor
