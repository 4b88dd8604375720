#include "completion.h"
#include "nearest_word.h"

#include <CLI/CLI.hpp>
#include <catch2/catch.hpp>
#include <string>
#include <vector>

using namespace fnstore::reference;

namespace {

using Words = std::vector<std::string>;

struct Parsed {
  std::string text;
  std::vector<std::string> many;
  bool flag = false;
};

void define(CLI::App& app, Parsed& parsed) {
  app.set_help_flag("-h,--help", "Help");
  app.add_option("--db", parsed.text, "The store")->type_name("FILE");
  app.add_flag("--secret", parsed.flag, "Not for all")->group("");
  CLI::App* list = app.add_subcommand("list", "List [all]: it's \\ here");
  list->add_option("FN_ID", parsed.text, "The function")->required();
  list->add_option("--by,-b", parsed.text, "The order")->type_name("fn|app|\"\"");
  list->add_option("--status", parsed.many, "Several")->type_name("a|b")->allow_extra_args(false);
  list->add_flag("--all", parsed.flag, "All");
  app.add_subcommand("hidden", "Not for all")->group("");
}

}  // namespace

TEST_CASE("a value name with bars declares the values") {
  CHECK(choices("json|csv") == Words{"json", "csv"});
  CHECK(choices("sync|\"\"") == Words{"sync", ""});
  CHECK(choices("FILE").empty());
  CHECK(choices("").empty());
}

TEST_CASE("definitions are read as they are, without what is hidden") {
  CLI::App app{"Does things.", "tool"};
  Parsed parsed;
  define(app, parsed);
  const ProgramDefinition program = read_definition(app);
  CHECK(program.name == "tool");
  REQUIRE(program.options.size() == 2);
  CHECK(program.options[0].names == Words{"-h", "--help"});
  CHECK(program.options[0].kind() == ValueKind::none);
  CHECK(program.options[1].kind() == ValueKind::file);
  REQUIRE(program.commands.size() == 1);
  const CommandDefinition& list = program.commands[0];
  CHECK(list.usage == "tool list FN_ID [OPTIONS]");
  REQUIRE(list.arguments.size() == 1);
  CHECK(list.arguments[0].required);
  CHECK(list.arguments[0].kind() == ValueKind::function);
  REQUIRE(list.options.size() == 4);  // with the help it inherits
  CHECK(list.options[1].names == Words{"-b", "--by"});
  CHECK(list.options[1].kind() == ValueKind::choice);
  CHECK_FALSE(list.options[1].repeats);
  CHECK(list.options[2].repeats);
  CHECK(list.options[3].kind() == ValueKind::none);
}

TEST_CASE("scripts quote what is special to their shell") {
  CLI::App app{"Does things.", "tool"};
  Parsed parsed;
  define(app, parsed);
  const ProgramDefinition program = read_definition(app);
  const std::string zsh = completion_script(program, "zsh");
  CHECK(zsh.find("'list:List \\[all\\]\\: it'\\''s \\\\ here'") != std::string::npos);
  CHECK(zsh.find("'*--status=[Several]:value:(a b)'") != std::string::npos);
  const std::string fish = completion_script(program, "fish");
  CHECK(fish.find("-a list -d 'List [all]: it\\'s \\\\ here'") != std::string::npos);
  CHECK(fish.find(" -s b -l by -x -a 'fn app' -d 'The order'") != std::string::npos);
  const std::string bash = completion_script(program, "bash");
  CHECK(bash.find("list/-b | list/--by) kind=choice choices='fn app' ;;") != std::string::npos);
  for (const std::string& script : {zsh, fish, bash}) {
    CHECK(script.find("secret") == std::string::npos);
    CHECK(script.find("hidden") == std::string::npos);
    CHECK(script.find("@program@") == std::string::npos);
    CHECK(script.find("@function@") == std::string::npos);
  }
}

TEST_CASE("the nearest word is at most a third of its letters away") {
  const Words words{"error", "queued", "json"};
  CHECK(nearest_word("eror", words) == "error");
  CHECK(nearest_word("jsno", words) == "json");
  CHECK(nearest_word("something", words).empty());
  CHECK(did_you_mean("queud", words) == "; did you mean queued?");
  CHECK(did_you_mean("x", words).empty());
}
