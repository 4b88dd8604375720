"""Reads C++ far enough to tell code from comments and literals, and to find functions."""

import re

LITERAL_OR_COMMENT = re.compile(
    r"""
      //[^\n]*
    | /\*.*?\*/
    | (?<![A-Za-z0-9_])(?:u8|[uUL])?R"(?P<mark>[^()\\\s]{0,16})\(.*?\)(?P=mark)"
    | "(?:\\.|[^"\\\n])*"
    | (?<![A-Za-z0-9_])'(?:\\.|[^'\\\n])+'
    """, re.S | re.X)


def blank(text):
    """The same text with spaces for every character but the newlines."""
    return re.sub(r"[^\n]", " ", text)


def code_only(text):
    """The code, line for line, with comments and the inside of literals blanked out."""

    def replace(match):
        found = match[0]
        if found.startswith("/"):
            return blank(found)
        return found[0] + blank(found[1:-1]) + found[-1]

    return LITERAL_OR_COMMENT.sub(replace, text)


def string_literals(text):
    """(line number, content) of every string literal."""
    result = []
    for match in LITERAL_OR_COMMENT.finditer(text):
        found = match[0]
        if found.endswith('"') and not found.startswith("/"):
            line = text.count("\n", 0, match.start()) + 1
            before = text[text.rfind("\n", 0, match.start()) + 1:match.start()]
            if not re.match(r"\s*#\s*include\b", before):
                result.append((line, found[found.index('"') + 1:-1]))
    return result


def includes(text):
    """(line number, path, is_quoted) of every #include."""
    result = []
    for number, line in enumerate(text.splitlines(), 1):
        match = re.match(r'\s*#\s*include\s*(?:"([^"]+)"|<([^>]+)>)', line)
        if match:
            result.append((number, match[1] or match[2], match[1] is not None))
    return result


SCOPE = re.compile(r"\b(namespace|class|struct|union|enum|extern)\b[^()=]*$")


def functions(text):
    """(first line, last line, head) of every function with a body, lambdas inside left out."""
    code = code_only(text)
    code = re.sub(r"^[ \t]*#(?:[^\n]*\\\n)*[^\n]*", lambda match: blank(match[0]), code, flags=re.M)
    result = []
    stack = []  # (kind, head, where the head begins)
    head_start = 0
    depth_in_function = 0
    index = 0
    while index < len(code):
        character = code[index]
        if character == "{":
            head = code[head_start:index]
            if depth_in_function:
                kind = "block"
            elif SCOPE.search(head) or not head.strip():
                kind = "scope"
            else:
                kind = "function" if "(" in head else "value"
            if kind in ("function", "block"):
                depth_in_function += 1
            stack.append((kind, head_start))
            head_start = index + 1
        elif character == "}" and stack:
            kind, start = stack.pop()
            if kind in ("function", "block"):
                depth_in_function -= 1
            # A member initialised with braces before a constructor's body: the head goes on.
            if kind in ("function", "value") and re.match(r"\s*[,{]", code[index + 1:index + 200]):
                head_start = start
            else:
                if kind == "function":
                    begin = start + len(code[start:]) - len(code[start:].lstrip())
                    result.append((code.count("\n", 0, begin) + 1,
                                   code.count("\n", 0, index) + 1,
                                   " ".join(code[begin:code.index("{", begin)].split())))
                head_start = index + 1
        elif character == ";" and not depth_in_function:
            head_start = index + 1
        index += 1
    return result


def identifiers(text):
    """(line number, name) of every identifier in the code."""
    result = []
    for number, line in enumerate(code_only(text).splitlines(), 1):
        if re.match(r"\s*#\s*include\b", line):
            continue
        result += [(number, name) for name in re.findall(r"[A-Za-z_][A-Za-z0-9_]*", line)]
    return result
