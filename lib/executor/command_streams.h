#pragma once

#include <chrono>
#include <poll.h>
#include <vector>

namespace fnstore::executor {

/// Our ends of a command's stdin, stdout and stderr, as far as we hold them.
class CommandStreams {
 public:
  CommandStreams() = default;
  CommandStreams(const CommandStreams&) = delete;
  CommandStreams& operator=(const CommandStreams&) = delete;
  virtual ~CommandStreams() = default;

  /// Adds what to wait for until there is something to pump.
  virtual void add_events(std::vector<pollfd>& queries) const = 0;

  /// Moves what can be moved now, at most one buffer full in each stream. Never waits.
  virtual void pump() = 0;

  /// The command has ended: takes all it wrote. Processes it left behind may hold the pipes open
  /// for ever, so it waits for the end no longer than `patience`.
  void drain(std::chrono::milliseconds patience);

 private:
  /// Takes what stands in the pipes now. It is what the command wrote, or older: it counts whatever
  /// time it takes, and however much others go on writing.
  virtual void take_present() = 0;

  /// Whether somebody may still write.
  virtual bool is_open() const noexcept = 0;

  virtual void close() noexcept = 0;
};

}  // namespace fnstore::executor
