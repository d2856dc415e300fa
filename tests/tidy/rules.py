"""The rules about code: sizes, names, exceptions, strings. Each takes a file and yields what breaks it.

Pure, and not lenient: a rule that has to give way says where and why in its own table.
The rules about words and comments are in `tests.tidy.words`.
"""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

from tests.tidy.source import Finding, Function

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.tidy.source import Source

MODULE_LINES_MAX = 400
FUNCTION_LINES_MAX = 50

BROAD_EXCEPT_ALLOWED = {
    # the one thread that writes hands whatever a job raised to whoever asked for it
    "server/store/writer.py": 1,
}

SQL_ALLOWED = (
    "kiosk/outbox.py",
    "kiosk/schema.py",
    "kiosk/checkpoints.py",
    "kiosk/salvage.py",
    "server/store/",
    "tests/",
)
SQL = re.compile(
    r"\s*(select\s.+\sfrom\s|select\s+[\d*]|insert\s+(or\s+\w+\s+)?into\s|update\s+\S+\s+set\s|delete\s+from\s"
    r"|create\s+(temp\s|temporary\s|unique\s|virtual\s)?(table|index|trigger|view)\s|alter\s+table\s|pragma\s)",
    re.IGNORECASE | re.DOTALL,
)
SQL_SHOUTED = re.compile(r"\s*(SELECT|INSERT|UPDATE|DELETE|CREATE)\s")

PATCHERS = {"monkeypatch", "mock", "mocker", "patch", "MagicMock", "Mock", "AsyncMock"}
PATCHING_MODULES = {"unittest.mock", "mock", "pytest_mock"}

WORKS_AT_IMPORT = (
    "__main__.py",  # it is run, not imported
    "tests/ui/conftest.py",  # Kivy is told of its window before any test module imports it
)

EMPTY_WORDS = {"util", "utils", "helper", "helpers", "misc", "common"}
"""Words that say nothing wherever they stand in a name."""
EMPTY_NAMES = {"manager", "data", "info", "process", "stuff"}
"""Words that say nothing when they are the whole name. A manager is somebody who signs in."""


def module_too_long(source: Source) -> Iterator[Finding]:
    """Stop a module at 400 lines."""
    count = len(source.text.splitlines())
    if source.path.endswith((".py", ".kv", ".sh")) and count > MODULE_LINES_MAX:
        yield Finding(source.path, count, f"has {count} lines; a module stops at {MODULE_LINES_MAX}")


def function_too_long(source: Source) -> Iterator[Finding]:
    """Stop a function at 50 lines, its docstring included."""
    for function in source.functions:
        count = (function.end_lineno or function.lineno) - function.lineno + 1
        if count > FUNCTION_LINES_MAX:
            what = f"{function.name} has {count} lines; a function stops at {FUNCTION_LINES_MAX}"
            yield Finding(source.path, function.lineno, what)


def broad_except(source: Source) -> Iterator[Finding]:
    """Let trouble that nobody named stop the program; nobody swallows it."""
    found = [line for line, names in _caught(source) if not names or {"Exception", "BaseException"} & names]
    if len(found) > BROAD_EXCEPT_ALLOWED.get(source.path, 0):
        for line in found:
            yield Finding(source.path, line, "catches everything; name what you expect")


def _caught(source: Source) -> Iterator[tuple[int, set[str]]]:
    """Find each `except` and `suppress` with the names it catches."""
    for node in source.nodes:
        if isinstance(node, ast.ExceptHandler):
            yield node.lineno, _names(node.type)
        elif isinstance(node, ast.Call) and _names(node.func) & {"suppress"} and node.args:
            yield node.lineno, set().union(*(_names(each) for each in node.args))


def _names(node: ast.AST | None) -> set[str]:
    """Return the last names in an expression: of `a.b` it is `b`, of a tuple those of each."""
    match node:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return {name}
        case ast.Tuple(elts=each):
            return set().union(*(_names(one) for one in each))
        case None:
            return set()
        case _:
            return {"?"}


def uses_global(source: Source) -> Iterator[Finding]:
    """Hand state on; nothing is `global`."""
    for node in source.nodes:
        if isinstance(node, ast.Global):
            yield Finding(source.path, node.lineno, "uses `global`; hand the state on instead")


def patches(source: Source) -> Iterator[Finding]:
    """Let tests hand in fakes of ours, and patch nothing."""
    for node in source.nodes:
        match node:
            case ast.Name(id=name) | ast.arg(arg=name) if name in PATCHERS:
                yield Finding(source.path, node.lineno, f"patches ({name}); hand in a fake instead")
            case ast.ImportFrom(module=str(module)) if module in PATCHING_MODULES:
                yield Finding(source.path, node.lineno, f"patches ({module}); hand in a fake instead")
            case ast.Import(names=aliases) if {alias.name for alias in aliases} & PATCHING_MODULES:
                yield Finding(source.path, node.lineno, "patches; hand in a fake instead")


def work_at_import(source: Source) -> Iterator[Finding]:
    """Start nothing by importing: no calls, loops or `with` between the definitions."""
    if source.path.endswith(WORKS_AT_IMPORT):
        return
    for node in source.tree.body:
        if isinstance(node, ast.For | ast.While | ast.With) or (
            isinstance(node, ast.Expr) and isinstance(node.value, ast.Call)
        ):
            yield Finding(source.path, node.lineno, "works at import; put it into a function")


def sql_outside_the_store(source: Source) -> Iterator[Finding]:
    """Keep SQL in one place of each program."""
    if source.path.startswith(SQL_ALLOWED):
        return
    for line, string in source.strings:
        if SQL.match(string) or SQL_SHOUTED.match(string):
            yield Finding(source.path, line, "is SQL outside the outbox and the store")


def empty_names(source: Source) -> Iterator[Finding]:
    """Let a name say what the thing is in the counter hall."""
    stem = source.path.rsplit("/", 1)[-1].partition(".")[0]
    if _says_nothing(stem):
        yield Finding(source.path, 1, f"a file named {stem} says nothing about what is in it")
    for line, name in _defined(source):
        if _says_nothing(name) or name.endswith(("Manager", "Helper")):
            yield Finding(source.path, line, f"the name {name} says nothing about the thing")


def _says_nothing(name: str) -> bool:
    words = re.findall(r"[A-Z]?[a-z0-9]+|[A-Z]+(?![a-z])", name)
    return name.lower() in EMPTY_NAMES or not EMPTY_WORDS.isdisjoint(word.lower() for word in words)


def words_of_the_glossary(source: Source) -> Iterator[Finding]:
    """Keep to the glossary: a citizen is no user, and a rating is no feedback."""
    for line, name in _defined(source, variables=True):
        if "feedback" in name.lower():
            yield Finding(
                source.path, line, f"{name}: in law feedback is another thing; say rating or comment"
            )
    for node in source.nodes:
        if isinstance(node, ast.ClassDef) and re.search(r"User(?![a-z])|Users", node.name):
            yield Finding(source.path, node.lineno, f"{node.name}: say citizen, or person for who signs in")
    for line, string in source.strings:
        if re.match(r"\s*create\s+table\s+(if\s+not\s+exists\s+)?[\"'`\[]?users?\b", string, re.IGNORECASE):
            yield Finding(source.path, line, "a table of users: say person for who signs in")


def _defined(source: Source, *, variables: bool = False) -> Iterator[tuple[int, str]]:
    """Find the names that a module gives: functions and classes, and also arguments and variables."""
    for node in source.nodes:
        match node:
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
                yield node.lineno, name
            case ast.arg(arg=name) if variables:
                yield node.lineno, name
            case ast.Name(id=name, ctx=ast.Store()) if variables:
                yield node.lineno, name


def module_says_what_it_is(source: Source) -> Iterator[Finding]:
    """Let a module that is not empty begin by saying what it is."""
    if source.tree.body and not ast.get_docstring(source.tree):
        yield Finding(source.path, 1, "does not say what it is: it has no docstring")


def test_says_what_it_proves(source: Source) -> Iterator[Finding]:
    """Let a test's docstring be a sentence about the product."""
    if not source.is_test:
        return
    for function in _tests(source):
        sentence = ast.get_docstring(function) or ""
        if not sentence.endswith("."):
            what = f"{function.name} has no docstring that ends as a sentence does"
            yield Finding(source.path, function.lineno, what)


def _tests(source: Source) -> Iterator[Function]:
    """Find what pytest runs: in modules that are named so, functions and methods that are named so."""
    if not source.path.rsplit("/", 1)[-1].startswith("test_"):
        return
    classes = [node for node in source.tree.body if isinstance(node, ast.ClassDef)]
    for body in [source.tree.body, *(each.body for each in classes)]:
        for node in body:
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name.startswith("test"):
                yield node
