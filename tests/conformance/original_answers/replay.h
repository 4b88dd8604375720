#pragma once

#include "fresh_store.h"
#include "original_answers/answers_file.h"

#include <boost/json.hpp>
#include <cstddef>
#include <map>
#include <string>
#include <utility>

namespace original {

/// Asks a store what the original was asked and checks that it answers the same, but for what
/// CONTRACT says otherwise. Checks with Catch2 as it goes.
class Replay {
 public:
  /// Records the file's history. A call with status "" is refused; it is left out.
  Replay(FreshStore& history, const AnswersFile& file);

  void ask(const Answer& answer);

  std::size_t same() const { return same_; }
  std::size_t different() const { return different_; }  ///< as CONTRACT wants it
  std::size_t not_ours() const { return not_ours_; }    ///< HTTP's own, or of apps and functions

 private:
  using Key = std::pair<std::string, std::string>;

  void ask_list(const Answer& answer, const std::string& fn_id);
  void ask_get(const Answer& answer, const fnstore::CallKey& key);
  void ask_log(const Answer& answer, const fnstore::CallKey& key);
  boost::json::value expected_page(const std::string& body) const;
  boost::json::object expected_call(boost::json::object call) const;
  bool is_left_out(const boost::json::object& call) const;

  FreshStore& history_;
  std::map<Key, boost::json::object> calls_;  // as the file has them
  std::map<Key, boost::json::object> left_out_;
  std::size_t same_ = 0;
  std::size_t different_ = 0;
  std::size_t not_ours_ = 0;
};

}  // namespace original
