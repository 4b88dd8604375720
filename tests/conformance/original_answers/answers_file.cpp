#include "original_answers/answers_file.h"

#include <fstream>
#include <iterator>
#include <stdexcept>

namespace json = boost::json;

namespace original {
namespace {

std::string text_of(const json::value& value) {
  return json::value_to<std::string>(value);
}

Answer answer_of(const json::object& object) {
  Answer answer;
  answer.name = text_of(object.at("name"));
  answer.method = text_of(object.at("method"));
  const std::string target = text_of(object.at("path"));
  answer.path = target.substr(0, target.find('?'));
  answer.query = target.substr(std::min(answer.path.size() + 1, target.size()));
  answer.status = object.at("status").as_int64();
  answer.body = text_of(object.at("body"));
  return answer;
}

}  // namespace

AnswersFile read_answers(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) throw std::runtime_error("cannot read " + path);
  const std::string text((std::istreambuf_iterator<char>(in)), {});
  const json::value whole = json::parse(text);
  AnswersFile file;
  for (const json::value& entry : whole.at("seed").at("calls").as_array()) {
    json::object record = entry.at("call").as_object();
    record["log"] = entry.at("log");
    file.calls.push_back(std::move(record));
  }
  for (const json::value& entry : whole.at("cases").as_array()) {
    file.answers.push_back(answer_of(entry.as_object()));
  }
  return file;
}

}  // namespace original
