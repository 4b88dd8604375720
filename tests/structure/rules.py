"""The rules. Each takes {path: text} and returns its violations as "path:line: what is wrong"."""

import ast
import io
import posixpath
import re
import tokenize

import cpp_text
import project

MAX_COLUMNS = 100
MAX_FILE_LINES = 500
MAX_FUNCTION_LINES = 69


def own_module(path):
    """"lib/codec/x.h" -> "codec"; nothing for public headers and files outside of lib/."""
    match = re.match(r"lib/([a-z0-9_]+)/", path)
    return match[1] if match and match[1] != "include" else None


def allowed_modules(path):
    """The modules whose private headers a file may include."""
    module = own_module(path)
    if module:
        return project.ARROWS.get(module, set()) | {module}
    match = re.match(r"tests/([a-z0-9_]+)/", path)
    return project.PRIVATE_SEAMS.get(match[1], set()) if match else set()


def own_folders(path):
    """The folders that a program's file may include from: its own, bench, tools/NAME or
    tests/AREA as a whole, what programs share, and the programs that an area tests the parts of."""
    parts = path.split("/")
    folders = [posixpath.dirname(path), "bench" if parts[0] == "bench" else "/".join(parts[:2])]
    if parts[0] in project.SHARED_FOLDERS:
        folders.append(project.SHARED_FOLDERS[parts[0]])
    if parts[0] == "tests" and parts[1] in project.PROGRAM_SEAMS:
        folders += project.PROGRAM_SEAMS[parts[1]]
    return folders


def is_in_reach(path, target, files):
    """Whether an #include "target" keeps to the arrows."""
    if target.startswith("fnstore/"):
        return f"lib/include/{target}" in files
    if ".." in target.split("/"):
        return False
    if target.split("/")[0] in allowed_modules(path) and "/" in target:
        return True
    if path.startswith("lib/"):
        return False
    return any(posixpath.join(folder, target) in files for folder in own_folders(path))


def include_arrows(files):
    """Modules include only what lies below them; programs only public headers and their own."""
    return [f'{path}:{line}: "{target}" is out of reach from here'
            for path, text in files.items() if project.is_cpp(path)
            for line, target, quoted in cpp_text.includes(text)
            if quoted and not is_in_reach(path, target, files)]


def known_modules(files):
    """Every folder of lib/ has its place among the arrows."""
    modules = {own_module(path) for path in files if project.is_cpp(path)} - {None}
    return [f"lib/{module}:0: has no arrows in tests/structure/project.py"
            for module in sorted(modules - set(project.ARROWS))]


def foreign_headers(files):
    """A foreign library is known in one place only."""
    found = []
    for path, text in files.items():
        if not project.is_cpp(path):
            continue
        for line, target, _ in cpp_text.includes(text):
            for prefix, places in project.FOREIGN.items():
                if target.startswith(prefix) and not path.startswith(places):
                    found.append(f"{path}:{line}: <{target}> belongs into {' '.join(places)}")
    return found


def public_headers(files):
    """Public headers need nothing but each other and the standard library."""
    found = []
    for path, text in files.items():
        if not path.startswith("lib/include/"):
            continue
        for line, target, quoted in cpp_text.includes(text):
            good = (f"lib/include/{target}" in files if quoted
                    else re.fullmatch(r"[a-z_0-9]+", target))
            if not good:
                found.append(f"{path}:{line}: {target} is neither public nor standard")
    return found


def header_guards(files):
    """Every header begins with #pragma once."""
    return [f"{path}:1: has no #pragma once" for path, text in files.items()
            if path.endswith(".h") and "#pragma once" not in text.splitlines()[:5]]


def is_named(source, text):
    """Whether a meson.build names a source, whole ('a_b.cpp') or as a name and an ending of many
    ('a' and '_b.cpp')."""
    stem = source.rsplit("/", 1)[-1]
    halves = [(stem[:at], stem[at:]) for at, letter in enumerate(stem) if letter == "_"]
    return f"'{source}'" in text or any(
        f"'{name}'" in text and f"'{ending}'" in text for name, ending in halves)


def compiled_sources(files):
    """Every .cpp is named in a meson.build of its folder or of one above."""
    found = []
    for path in files:
        if not path.endswith(".cpp"):
            continue
        folder = posixpath.dirname(path)
        named = False
        while not named:
            text = files.get(posixpath.join(folder, "meson.build"), "")
            named = is_named(posixpath.relpath(path, folder or "."), text)
            if not folder:
                break
            folder = posixpath.dirname(folder)
        if not named:
            found.append(f"{path}:1: no meson.build compiles it")
    return found


def line_width(files):
    """No line is wider than the limit."""
    return [f"{path}:{number}: {len(line)} columns, more than {MAX_COLUMNS}"
            for path, text in files.items() if project.is_source(path, text)
            for number, line in enumerate(text.splitlines(), 1) if len(line) > MAX_COLUMNS]


def file_length(files):
    """No file is longer than the limit."""
    return [f"{path}:1: {len(text.splitlines())} lines, more than {MAX_FILE_LINES}"
            for path, text in files.items()
            if project.is_source(path, text) and len(text.splitlines()) > MAX_FILE_LINES]


def function_spans(path, text):
    """(first line, last line, name) of every function of a file in a language we know."""
    if project.is_cpp(path):
        return cpp_text.functions(text)
    if project.is_python(path, text):
        return [(node.lineno, node.end_lineno, node.name) for node in ast.walk(ast.parse(text))
                if isinstance(node, ast.FunctionDef)]
    if project.is_shell(path, text):
        return [(text.count("\n", 0, match.start()) + 1, text.count("\n", 0, match.end()) + 1,
                 match[1]) for match in re.finditer(r"^(\w+)\(\) \{.*?^\}", text, re.M | re.S)]
    return []


def function_length(files):
    """No function is longer than the limit."""
    return [f"{path}:{first}: {name[:60]} has {last - first + 1} lines, "
            f"more than {MAX_FUNCTION_LINES}"
            for path, text in files.items() for first, last, name in function_spans(path, text)
            if last - first + 1 > MAX_FUNCTION_LINES]


# Words that name no purpose.
EMPTY_WORDS = {"util", "utils", "helper", "helpers", "manager", "managers", "misc"}


def words(name):
    """The words of snake_case, kebab-case and CamelCase names."""
    return {word.lower() for word in re.findall(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])", name)}


def names_in(path, text):
    """(line number, name) of every identifier of a file in a language we know."""
    if project.is_cpp(path):
        return cpp_text.identifiers(text)
    if project.is_python(path, text):
        return [(token.start[0], token.string)
                for token in tokenize.generate_tokens(io.StringIO(text).readline)
                if token.type == tokenize.NAME]
    return []


def telling_names(files):
    """No file and nothing in it is named after no purpose."""
    found = [f"{path}:0: the path says nothing" for path in files if words(path) & EMPTY_WORDS]
    for path, text in files.items():
        found += [f"{path}:{line}: the name {name} says nothing"
                  for line, name in names_in(path, text) if words(name) & EMPTY_WORDS]
    return found


SQL = re.compile(
    r"\b(?:SELECT\s+[\w(*]|INSERT\s+(?:OR\s+\w+\s+)?INTO\s|UPDATE\s+\w+\s+SET\b|DELETE\s+FROM\s"
    r"|(?:CREATE|DROP|ALTER)\s+(?:\w+\s+)*(?:TABLE|INDEX|VIEW|TRIGGER)\b|PRAGMA\s+\w)")


def sql_in_its_place(files):
    """SQL stands in schema/ and lib/sqlite/ only."""
    return [f"{path}:{line}: SQL belongs into schema/ or lib/sqlite/"
            for path, text in files.items()
            if project.is_cpp(path) and not path.startswith(project.SQL_PLACES)
            for line, literal in cpp_text.string_literals(text) if SQL.search(literal)]


def named_columns(files):
    """Every SELECT of ours names its columns."""
    found = []
    for path, text in files.items():
        if path.endswith(".sql"):
            literals = [(1, re.sub(r"--[^\n]*", "", text))]
        elif project.is_cpp(path) and not path.startswith("tests/"):
            literals = cpp_text.string_literals(text)
        else:
            continue
        found += [f"{path}:{line}: SELECT * names no columns" for line, literal in literals
                  if re.search(r"SELECT\s+(?:\w+\.)?\*", literal, re.I)]
    return found


# Spelled in parts, so that this file does not break its own rule.
MACHINE_PATH = re.compile(r"(?<![\w.~/-])/(?:" + "|".join(["wo" "rk", "ro" "ot", "ho" "me"]) + ")/")
TEMPORARY_PATH = re.compile(r"(?<![\w.}])/tm" r"p\b")


def machine_paths(files):
    """No path of one machine is written down; shipped code names no temporary folder either."""
    found = []
    for path, text in files.items():
        shipped = path.startswith(("lib/", "tools/", "bench/", "schema/"))
        for number, line in enumerate(text.splitlines(), 1):
            if MACHINE_PATH.search(line) or shipped and TEMPORARY_PATH.search(line):
                found.append(f"{path}:{number}: names a path of one machine")
    return found


def nothing_unfinished(files):
    """No note of work left undone stands in the code."""
    marks = re.compile(r"\b(?:TO" r"DO|FIX" r"ME|X" r"XX)\b")
    return [f"{path}:{number}: unfinished" for path, text in files.items()
            if project.is_source(path, text)
            for number, line in enumerate(text.splitlines(), 1) if marks.search(line)]


ALL = (include_arrows, known_modules, foreign_headers, public_headers, header_guards,
       compiled_sources, line_width, file_length, function_length, telling_names,
       sql_in_its_place, named_columns, machine_paths, nothing_unfinished)
