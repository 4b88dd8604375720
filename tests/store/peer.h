#pragma once

#include <initializer_list>
#include <string>
#include <sys/types.h>

/// Another process that has a store open: the program store-peer beside the test's own. It takes a
/// command a line, words parted by tabs, and answers with a line; see peer_main.cpp.
class Peer {
 public:
  explicit Peer(const std::string& store_path);
  ~Peer();  ///< closes its input and waits for its end; kills it if it is stopped
  Peer(const Peer&) = delete;
  Peer& operator=(const Peer&) = delete;

  /// Sends a command and returns the answer. Throws std::runtime_error when none comes in 60 s.
  std::string ask(std::initializer_list<std::string> words);

  /// The same in two parts, so that the peer works meanwhile.
  void send(std::initializer_list<std::string> words);
  std::string receive();

  void halt();  ///< stops the process where it stands (SIGSTOP); returns when it stands
  void resume();

 private:
  pid_t process_ = -1;
  int to_peer_ = -1;
  int from_peer_ = -1;
  bool halted_ = false;
  std::string received_;
};
