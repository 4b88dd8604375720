#include "man_page.h"
#include "roff_text.h"

#include <catch2/catch.hpp>

using namespace fnstore::reference;

TEST_CASE("what roff would take for something else is escaped") {
  CHECK(roff_line("plain text, 1 (2)") == "plain text, 1 (2)");
  CHECK(roff_line(".TH evil") == "\\&.TH evil");
  CHECK(roff_line("'br") == "\\(aqbr");
  CHECK(roff_line("in the middle .5") == "in the middle .5");
  CHECK(roff_line("\\fB\\n(yr") == "\\efB\\en(yr");
  CHECK(roff_line("--db -o") == "\\-\\-db \\-o");
  CHECK(roff_line("\"a\" `b` ~/c ^d") == "\\(dqa\\(dq \\(gab\\(ga \\(ti/c \\(had");
}

TEST_CASE("words in backticks are bold, a single backtick is one") {
  CHECK(roff_paragraph("see `list`, `get`") == "see \\fBlist\\fR, \\fBget\\fR\n");
  CHECK(roff_paragraph("`.so x` and on") == "\\fB\\&.so x\\fR and on\n");
  CHECK(roff_paragraph("a ` b") == "a \\(ga b\n");
}

TEST_CASE("paragraphs are filled, indented lines are kept, lists are lists") {
  CHECK(roff_text("one\ntwo\n\nthree\n") == ".PP\none two\n.PP\nthree\n");
  CHECK(roff_text("Examples:\n  tool -x | .y\n  .z\n") ==
        ".PP\nExamples:\n.PP\n.nf\n.RS 2\ntool \\-x | .y\n\\&.z\n.RE\n.fi\n");
  CHECK(roff_text("Formats:\n  a    first\n       line\n  bcd  .second\n") ==
        ".PP\nFormats:\n.TP\n\\fBa\\fR\nfirst line\n.TP\n\\fBbcd\\fR\n\\&.second\n");
  CHECK(roff_text("").empty());
}

TEST_CASE("a page says the name, the usage and every option once") {
  ProgramDefinition program;
  program.name = "tool-x";
  program.summary = "Does things.";
  program.usage = "tool-x COMMAND";
  program.options = {{{"-v", "--verbose"}, "", "Say more", false}};
  CommandDefinition command;
  command.name = "run";
  command.summary = "Run it";
  command.usage = "tool-x run FILE";
  command.arguments = {{"FILE", ".hidden files too", true}};
  command.options = {{{"--by"}, "a|b", "Which", false}};
  program.commands = {command};
  const std::string page = man_page(program, "other");
  CHECK(page.starts_with(".TH \"TOOL\\-X\" 1 "));
  CHECK(page.find(".SH NAME\ntool\\-x \\- Does things\n") != std::string::npos);
  CHECK(page.find(".TP\n\\fB\\-v\\fR, \\fB\\-\\-verbose\\fR\nSay more\n") != std::string::npos);
  CHECK(page.find(".TP\n\\fIFILE\\fR\n\\&.hidden files too\n") != std::string::npos);
  CHECK(page.find(".TP\n\\fB\\-\\-by\\fR \\fIa|b\\fR\nWhich\n") != std::string::npos);
  CHECK(page.ends_with(".SH SEE ALSO\n\\fBother\\fR(1)\n"));
}
