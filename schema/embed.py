"""Writes the numbered SQL files into one C++ source: embed.py OUTPUT.cpp FILE.sql..."""

import pathlib
import sys

output, files = sys.argv[1], sorted(sys.argv[2:])
lines = ['#include "sqlite/schema.h"', "", "namespace fnstore::sqlite {", ""]
lines.append("const std::vector<const char*>& schema_steps() {")
lines.append("  static const std::vector<const char*> steps = {")
for position, name in enumerate(files, start=1):
    path = pathlib.Path(name)
    number = int(path.name.split("_")[0])
    if number != position:
        sys.exit(f"{path.name}: schema files must be numbered 0001, 0002, ... without a gap")
    text = path.read_text(encoding="utf-8")
    lines.append(f'      R"schema({text})schema",')
lines += ["  };", "  return steps;", "}", "", "}  // namespace fnstore::sqlite", ""]
pathlib.Path(output).write_text("\n".join(lines), encoding="utf-8")
