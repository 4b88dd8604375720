"""What the project's rules speak about: its files, its layers and who may know what."""

import pathlib

FOLDERS = ("lib", "schema", "tools", "bench", "tests", ".ci")

# lib/MODULE may include the headers of these modules, its own, and the public ones.
ARROWS = {
    "model": set(),
    "codec": {"model"},
    "sqlite": {"codec", "model"},
    "store": {"sqlite", "codec", "model"},
    "executor": {"model"},
}

# tests/AREA may include the private headers of these modules; all other tests see what users see.
PRIVATE_SEAMS = {
    "model": {"model"},
    "codec": {"codec", "model"},
    "blocks": {"codec", "model"},
    "fuzz": {"codec", "model"},
    "sqlite": {"sqlite", "codec", "model"},
    "captured_command": {"executor"},
}

# tests/AREA may include the headers of these programs' folders: it tests the programs' parts, or is
# built on what those folders have.
PROGRAM_SEAMS = {
    "replay": ("bench",),
    "reference": ("tools/reference",),
    "simulator": ("tests/faults",),
    "memory": ("tests/faults",),
    "fuzz": ("bench", "tools/fnstore-query", "tools/fnstore-run"),
}

# What programs of a folder share: their files may include its headers.
SHARED_FOLDERS = {
    "tools": "tools/reference",
}

# Headers of others, and the only places that may include them.
FOREIGN = {
    "sqlite3.h": ("lib/sqlite/", "tests/sqlite/", "tests/crash/", "tests/faults/",
                  "tests/simulator/", "tests/wal_reset/"),
    "SQLiteCpp/": ("lib/sqlite/", "bench/peers/", "tests/sqlite/"),
    "rocksdb/": ("bench/peers/",),
    "lmdb.h": ("bench/peers/",),
    "zstd.h": ("lib/codec/",),
    "xxhash.h": ("lib/codec/",),
    "CLI/": ("tools/", "bench/", "tests/"),
    "catch2/": ("tests/",),
}

# Where SQL may stand in string literals.
# tools/fnstore-query/sql.cpp shows users examples of theirs; it runs none of its own.
SQL_PLACES = ("lib/sqlite/", "bench/peers/", "tests/", "tools/fnstore-query/sql.cpp")

SKIPPED_PARTS = {"__pycache__", "corpus"}


def read_tree(root):
    """{path relative to the root: text} of every text file of the project."""
    root = pathlib.Path(root)
    files = {}
    candidates = [path for path in root.iterdir() if path.is_file()]
    for folder in FOLDERS:
        candidates += [path for path in (root / folder).rglob("*") if path.is_file()]
    for path in candidates:
        relative = path.relative_to(root)
        if SKIPPED_PARTS & set(relative.parts):
            continue
        try:
            files[relative.as_posix()] = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
    return files


def is_cpp(path):
    return path.endswith((".h", ".cpp"))


def is_python(path, text):
    return path.endswith(".py") or text.startswith("#!/usr/bin/env python3")


def is_shell(path, text):
    return path.endswith(".sh") or text.startswith("#!/usr/bin/env bash")


def is_source(path, text):
    return (is_cpp(path) or is_python(path, text) or is_shell(path, text)
            or path.endswith((".sql", "meson.build", "meson_options.txt")))
