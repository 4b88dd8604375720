#include "fresh_store.h"
#include "original_answers/answers_file.h"
#include "original_answers/replay.h"

#include <catch2/catch.hpp>
#include <cstdlib>

using namespace original;

// The original's own file is not part of the project; FNSTORE_GOLDENS says where it is.
TEST_CASE("the original's answers are given again") {
  const char* const path = std::getenv("FNSTORE_GOLDENS");
  if (path == nullptr) {
    WARN("not run: set FNSTORE_GOLDENS to the file of the original's answers to replay them");
    return;
  }
  FreshStore history = fresh_store();
  const AnswersFile file = read_answers(path);
  Replay replay(history, file);
  for (const Answer& answer : file.answers) replay.ask(answer);
  WARN(replay.same() << " answers are the same, " << replay.different()
                     << " differ as the contract wants, " << replay.not_ours()
                     << " are not the store's");
  CHECK(replay.same() + replay.different() + replay.not_ours() == file.answers.size());
  CHECK(replay.same() + replay.different() > replay.not_ours());
}
