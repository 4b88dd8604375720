#!/usr/bin/env python3
"""Holds the rules against small trees, good and bad ones: each rule must be able to fail, and must
not fail without cause. The last line is "N passed, N failed"."""

import sys
import unittest

import cpp_text
import rules

LONG = "x" * 101


def body(lines):
    """So many lines of statements."""
    return "  call();\n" * lines


# (rule, tree, number of violations)
SAMPLES = [
    (rules.include_arrows, {"lib/model/a.cpp": '#include "codec/b.h"\n'}, 1),
    (rules.include_arrows, {"lib/codec/a.cpp": '#include "model/b.h"\n#include "codec/c.h"\n'}, 0),
    (rules.include_arrows, {"lib/codec/a.cpp": '#include "sqlite/b.h"\n'}, 1),
    (rules.include_arrows, {"lib/sqlite/a.cpp": '#include "store/b.h"\n'}, 1),
    (rules.include_arrows, {"lib/store/a.cpp": '#include "executor/b.h"\n'}, 1),
    (rules.include_arrows, {"lib/executor/a.cpp": '#include "store/b.h"\n'}, 1),
    (rules.include_arrows, {"lib/model/a.cpp": '#include "../codec/b.h"\n'}, 1),
    (rules.include_arrows, {"lib/model/a.cpp": '#include "b.h"\n', "lib/model/b.h": ""}, 1),
    (rules.include_arrows, {"lib/include/fnstore/a.h": '#include "model/b.h"\n'}, 1),
    (rules.include_arrows, {"lib/model/a.cpp": '#include "fnstore/none.h"\n'}, 1),
    (rules.include_arrows, {"tools/query/a.cpp": '#include "model/b.h"\n'}, 1),
    (rules.include_arrows, {"tools/query/a.cpp": '#include "b.h"\n', "tools/query/b.h": ""}, 0),
    (rules.include_arrows, {"tools/query/a.cpp": '#include "b.h"\n', "tools/run/b.h": ""}, 1),
    (rules.include_arrows, {"bench/engines/a.cpp": '#include "b.h"\n', "bench/b.h": ""}, 0),
    (rules.include_arrows, {"tests/query/a.cpp": '#include "model/b.h"\n'}, 1),
    (rules.include_arrows, {"tests/model/a.cpp": '#include "model/b.h"\n'}, 0),
    (rules.include_arrows, {"tests/replay/a.cpp": '#include "b.h"\n', "bench/b.h": ""}, 0),
    (rules.include_arrows, {"tests/store/a.cpp": '#include "b.h"\n', "bench/b.h": ""}, 1),
    (rules.include_arrows, {"lib/model/a.cpp": '// #include "codec/b.h"\n'}, 0),
    (rules.known_modules, {"lib/network/a.cpp": ""}, 1),
    (rules.known_modules, {"lib/model/a.cpp": "", "lib/include/fnstore/a.h": ""}, 0),
    (rules.foreign_headers, {"lib/store/a.cpp": "#include <sqlite3.h>\n"}, 1),
    (rules.foreign_headers, {"lib/sqlite/a.cpp": "#include <SQLiteCpp/Database.h>\n"}, 0),
    (rules.foreign_headers, {"tools/query/a.cpp": "#include <SQLiteCpp/Database.h>\n"}, 1),
    (rules.foreign_headers, {"lib/model/a.cpp": "#include <CLI/CLI.hpp>\n"}, 1),
    (rules.public_headers, {"lib/include/fnstore/a.h": "#include <fmt/format.h>\n"}, 1),
    (rules.public_headers, {"lib/include/fnstore/a.h": "#include <unistd.h>\n"}, 1),
    (rules.public_headers, {"lib/include/fnstore/a.h": '#include <map>\n#include "fnstore/a.h"\n'},
     0),
    (rules.header_guards, {"lib/model/a.h": "int a;\n"}, 1),
    (rules.header_guards, {"lib/model/a.h": "#pragma once\n"}, 0),
    (rules.compiled_sources, {"lib/model/a.cpp": "", "lib/model/meson.build": "'b.cpp'"}, 1),
    (rules.compiled_sources, {"lib/model/a.cpp": "", "lib/model/meson.build": "'a.cpp'"}, 0),
    (rules.compiled_sources, {"bench/a_z.cpp": "", "bench/meson.build": "['a'] '_z.cpp'"}, 0),
    (rules.compiled_sources, {"bench/b_z.cpp": "", "bench/meson.build": "['a'] '_z.cpp'"}, 1),
    (rules.compiled_sources, {"bench/x/a.cpp": "", "bench/meson.build": "'x/a.cpp'"}, 0),
    (rules.line_width, {"lib/model/a.cpp": LONG}, 1),
    (rules.line_width, {"tests/run": "#!/usr/bin/env bash\n" + LONG}, 1),
    (rules.line_width, {"README.md": LONG, "lib/model/a.h": "\u00e4" * 100}, 0),
    (rules.file_length, {"lib/model/a.cpp": "\n" * 501}, 1),
    (rules.file_length, {"lib/model/a.cpp": "\n" * 500}, 0),
    (rules.function_length, {"a.cpp": "int f() {\n" + body(68) + "}\n"}, 1),
    (rules.function_length, {"a.cpp": "int f() {\n" + body(67) + "}\n"}, 0),
    (rules.function_length, {"a.cpp": "A::A()\n    : b{1},\n      c{2} {\n" + body(69) + "}\n"}, 1),
    (rules.function_length, {"a.cpp": "class A {\n int f() {\n" + body(68) + " }\n};\n"}, 1),
    (rules.function_length, {"a.cpp": "namespace a {\n" + "int f() { g(); }\n" * 90 + "}\n"}, 0),
    (rules.function_length, {"a.cpp": 'TEST_CASE("a") {\n' + body(68) + "}\n"}, 1),
    (rules.function_length, {"a.cpp": "const auto f = [](int) {\n" + body(68) + "};\n"}, 1),
    (rules.function_length, {"a.cpp": "int table[] = {\n" + "  1,\n" * 90 + "};\n"}, 0),
    (rules.function_length, {"a.cpp": "struct A {\n" + "  int b = f();\n" * 90 + "};\n"}, 0),
    (rules.function_length, {"a.py": "def f():\n" + "    g()\n" * 69}, 1),
    (rules.function_length, {"a.py": "class A:\n" + "    def f(self): pass\n" * 90}, 0),
    (rules.function_length, {"a.sh": "f() {\n" + body(68) + "}\n"}, 1),
    (rules.telling_names, {"lib/model/string_utils.cpp": ""}, 1),
    (rules.telling_names, {"lib/model/a.h": "class StoreManager;\nvoid misc_part();\n"}, 2),
    (rules.telling_names, {"lib/model/a.h": "// no helper\n#include <utility>\nint utility;\n"}, 0),
    (rules.telling_names, {"tests/a.py": "def run_helper():\n    pass\n"}, 1),
    (rules.sql_in_its_place, {"lib/store/a.cpp": 'f("SELECT id FROM calls");\n'}, 1),
    (rules.sql_in_its_place, {"tools/q/a.cpp": 'f(R"(INSERT INTO calls VALUES(1))");\n'}, 1),
    (rules.sql_in_its_place, {"lib/store/a.cpp": 'f("PRAGMA user_version");\n'}, 1),
    (rules.sql_in_its_place, {"lib/sqlite/a.cpp": 'f("SELECT id FROM calls");\n'}, 0),
    (rules.sql_in_its_place, {"lib/store/a.cpp": '// SELECT id FROM calls\nf("Update it");\n'}, 0),
    (rules.named_columns, {"schema/sqlite/1.sql": "CREATE VIEW v AS SELECT * FROM calls;\n"}, 1),
    (rules.named_columns, {"lib/sqlite/a.cpp": 'f("SELECT c.* FROM calls c");\n'}, 1),
    (rules.named_columns, {"lib/sqlite/a.cpp": 'f("SELECT count(*) FROM calls");\n'}, 0),
    (rules.machine_paths, {"lib/model/a.cpp": 'open("/tm' 'p/x");\n'}, 1),
    (rules.machine_paths, {"tests/model/a.cpp": 'open("/ro' 'ot/x");\n'}, 1),
    (rules.machine_paths, {"README.md": "see /ho" "me/me/x\n"}, 1),
    (rules.machine_paths, {"tests/model/a.cpp": 'open("/tm' 'p/x");\nopen("a/wo' 'rk/x");\n'}, 0),
    (rules.nothing_unfinished, {"lib/model/a.cpp": "// TO" "DO: all\n"}, 1),
    (rules.nothing_unfinished, {"lib/model/a.cpp": "int todo_list;\n"}, 0),
]


class Rules(unittest.TestCase):
    """One test for each sample is added below."""

    def test_every_rule_can_fail(self):
        failing = {rule for rule, _, expected in SAMPLES if expected}
        passing = {rule for rule, _, expected in SAMPLES if not expected}
        self.assertEqual(failing, set(rules.ALL))
        self.assertEqual(passing, set(rules.ALL))


def add_sample(number, rule, tree, expected):
    """Makes a test of one sample."""

    def test(self):
        found = rule(tree)
        self.assertEqual(len(found), expected, msg=f"{tree}\n{found}")

    setattr(Rules, f"test_{number:02}_{rule.__name__}", test)


class CppText(unittest.TestCase):
    """The reader of C++ under the rules."""

    def test_literals_and_comments_are_no_code(self):
        text = 'int a = 1; // {\nauto b = "{\\"{"; /* {\n{ */ char c = \'{\'; auto d = R"x({)x";\n'
        code = cpp_text.code_only(text)
        self.assertNotIn("{", code)
        self.assertEqual(code.count("\n"), text.count("\n"))
        self.assertEqual(len(code), len(text))

    def test_digit_separators_are_no_characters(self):
        self.assertEqual(cpp_text.code_only("a = 10'000; b = 20'000;"), "a = 10'000; b = 20'000;")

    def test_string_literals_without_includes(self):
        text = '#include "a.h"\nf("one");\nf(R"(two\n)");\n'
        self.assertEqual(cpp_text.string_literals(text), [(2, "one"), (3, "(two\n)")])

    def test_functions_with_their_spans(self):
        text = ("namespace n {\n"
                "struct S {\n"
                "  explicit S(int a) : a_{a}, b_{0} {\n"
                "    for (int i : {1, 2}) { use(i); }\n"
                "  }\n"
                "  int a_;\n"
                "};\n"
                "\n"
                "int free() noexcept\n"
                "{\n"
                "  return 1;\n"
                "}\n"
                "}  // namespace n\n")
        spans = [(first, last) for first, last, _ in cpp_text.functions(text)]
        self.assertEqual(spans, [(3, 5), (9, 12)])


def main():
    for number, sample in enumerate(SAMPLES):
        add_sample(number, *sample)
    result = unittest.main(exit=False, verbosity=1).result
    failed = len(result.failures) + len(result.errors)
    print(f"{result.testsRun - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
