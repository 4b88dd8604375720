#pragma once

#include "fnstore/fnstore.h"

#include <boost/json.hpp>
#include <string>
#include <vector>

namespace original {

/// One request to the original and what it answered.
struct Answer {
  std::string name;
  std::string method;
  std::string path;  ///< without the query
  std::string query;
  std::int64_t status = 0;
  std::string body;
};

/// The file of the original's answers.
struct AnswersFile {
  std::vector<boost::json::object> calls;  ///< the history, each as record_from_json reads it
  std::vector<Answer> answers;
};

AnswersFile read_answers(const std::string& path);

}  // namespace original
