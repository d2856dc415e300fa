"""A file as the tidy test sees it, and what it finds there. Pure: text in, findings out."""

from __future__ import annotations

import ast
import io
import tokenize
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True)
class Source:
    """One file: its path from the top of the repository, with slashes, and its text."""

    path: str
    text: str

    @property
    def is_python(self) -> bool:
        """Say whether it can be parsed as Python."""
        return self.path.endswith(".py")

    @property
    def is_test(self) -> bool:
        """Say whether it belongs to the tests, which may do some things that programs may not."""
        return self.path.startswith("tests/")

    @cached_property
    def tree(self) -> ast.Module:
        """The module's syntax tree; an empty one for a file that is no Python."""
        return ast.parse(self.text if self.is_python else "")

    @cached_property
    def nodes(self) -> list[ast.AST]:
        """Every node of the tree: the rules walk it often."""
        return list(ast.walk(self.tree))

    @property
    def functions(self) -> Iterator[Function]:
        """Every function, also those within classes and functions."""
        return (node for node in self.nodes if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))

    @cached_property
    def docstrings(self) -> set[ast.AST]:
        """The string nodes that are docstrings, of modules, classes, functions and constants."""
        bodies = [node.body for node in self.nodes if isinstance(node, ast.Module | ast.ClassDef | Function)]
        return {
            line.value
            for body in bodies
            for line in body
            if isinstance(line, ast.Expr) and isinstance(line.value, ast.Constant)
        }

    @property
    def strings(self) -> Iterator[tuple[int, str]]:
        """Every string that the program uses, with its line; docstrings are for people.

        An f-string counts as one, with `{}` where something is filled in.
        """
        formatted = [node for node in self.nodes if isinstance(node, ast.JoinedStr)]
        skipped = self.docstrings.union(*(each.values for each in formatted))
        for node in formatted:
            yield node.lineno, "".join(_constant(part) for part in node.values)
        for part in self.nodes:
            if isinstance(part, ast.Constant) and isinstance(part.value, str) and part not in skipped:
                yield part.lineno, part.value

    @property
    def comments(self) -> Iterator[tuple[int, str]]:
        """Every comment of a Python file, with its line."""
        if self.is_python:
            for token in tokenize.generate_tokens(io.StringIO(self.text).readline):
                if token.type == tokenize.COMMENT:
                    yield token.start[0], token.string

    @property
    def lines(self) -> Iterator[tuple[int, str]]:
        """Every line with its number."""
        return enumerate(self.text.splitlines(), start=1)


def _constant(part: ast.expr) -> str:
    return str(part.value) if isinstance(part, ast.Constant) else "{}"


@dataclass(frozen=True, slots=True)
class Finding:
    """Something a reviewer should not have to say."""

    path: str
    line: int
    what: str

    def __str__(self) -> str:
        """Write it as compilers do, so that editors can jump to it."""
        return f"{self.path}:{self.line}: {self.what}"
