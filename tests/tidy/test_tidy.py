"""What a reviewer should not have to say, said by a test; and for every rule a control.

A rule that finds nothing proves nothing, so each one is shown a sample that breaks it
and one that does not.
"""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.tidy import rules, words
from tests.tidy.source import Finding, Source

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    Rule = Callable[[Source], Iterator[Finding]]

TOP = Path(__file__).parents[2]
TEXT = {
    ".py",
    ".kv",
    ".html",
    ".css",
    ".js",
    ".json",
    ".toml",
    ".txt",
    ".md",
    ".sh",
    ".po",
    ".sql",
    ".cfg",
    "",
}
NOT_OURS = {".git", ".venv", "build", "dist", "__pycache__"}
RULES: tuple[Rule, ...] = (
    rules.module_too_long,
    rules.function_too_long,
    rules.broad_except,
    rules.uses_global,
    rules.patches,
    rules.work_at_import,
    rules.sql_outside_the_store,
    rules.empty_names,
    rules.words_of_the_glossary,
    rules.module_says_what_it_is,
    rules.test_says_what_it_proves,
    words.unfinished,
    words.silenced,
    words.places_elsewhere,
    words.words_outside_catalogues,
)

NOQA = "# " + "noqa"
IGNORE = "# type: " + "ignore"
TEN_LINES = "    x = 1\n" * 10
CONTROLS: tuple[tuple[Rule, str, str, str], ...] = (
    # rule, path, a text that breaks it, a text that does not
    (rules.module_too_long, "kiosk/a.py", "x = 1\n" * 401, "x = 1\n" * 400),
    (rules.function_too_long, "kiosk/a.py", f"def f():\n{TEN_LINES * 5}", f"def f():\n{TEN_LINES * 4}"),
    (rules.function_too_long, "kiosk/a.py", f"async def f():\n{TEN_LINES * 5}", "async def f(): ...\n"),
    (rules.broad_except, "kiosk/a.py", "try: f()\nexcept: g()\n", "try: f()\nexcept OSError: g()\n"),
    (
        rules.broad_except,
        "kiosk/a.py",
        "try: f()\nexcept (A, Exception): g()\n",
        "try: f()\nexcept (A, B): g()\n",
    ),
    (rules.broad_except, "server/a.py", "with suppress(Exception): f()\n", "with suppress(OSError): f()\n"),
    (
        rules.broad_except,
        "server/store/writer.py",
        "try: f()\nexcept Exception: g()\ntry: f()\nexcept Exception: g()\n",
        "try: f()\nexcept Exception: g()\n",
    ),
    (
        rules.uses_global,
        "kiosk/a.py",
        "def f():\n    global x\n    x = 1\n",
        "def f():\n    x = 'global x'\n",
    ),
    (rules.patches, "tests/a.py", "def test_a(monkeypatch): ...\n", "def test_a(tmp_path): ...\n"),
    (rules.patches, "tests/a.py", "from unittest.mock import Mock as M\n", "from unittest import TestCase\n"),
    (rules.patches, "tests/a.py", "import unittest.mock as m\n", "import unittest\n"),
    (rules.patches, "tests/a.py", "with patch('a.b'): f()\n", "client.patch('/v1')\n"),
    (rules.work_at_import, "server/a.py", "start()\n", "def f():\n    start()\n"),
    (rules.work_at_import, "server/a.py", "for x in y: f(x)\n", "x = compile(y)\n"),
    (rules.work_at_import, "server/a.py", "start()\n", "if __name__ == '__main__':\n    start()\n"),
    (rules.sql_outside_the_store, "server/web/a.py", "q = 'SELECT 1'\n", "'''SELECT 1 is what it asks.'''\n"),
    (rules.sql_outside_the_store, "kiosk/sync.py", "q = 'delete from rating'\n", "q = 'delete the draft'\n"),
    (
        rules.sql_outside_the_store,
        "kiosk/ui/a.py",
        "q = f'update {t} set x = 1'\n",
        "q = 'update the counter'\n",
    ),
    (
        rules.sql_outside_the_store,
        "server/jobs.py",
        "q = 'select n\\nfrom t where x'\n",
        "q = 'select a face'\n",
    ),
    (rules.empty_names, "kiosk/utils.py", "x = 1\n", ""),
    (rules.empty_names, "kiosk/a.py", "def load_helper(): ...\n", "def load_officer(): ...\n"),
    (rules.empty_names, "kiosk/a.py", "class OutboxManager: ...\n", "class Manages: ...\n"),
    (rules.empty_names, "kiosk/a.py", "def process(): ...\n", "def process_id(): ...\n"),
    (rules.words_of_the_glossary, "kiosk/a.py", "send_feedback = 1\n", "send_rating = 'feedback'\n"),
    (rules.words_of_the_glossary, "kiosk/a.py", "class UserRow: ...\n", "class Person: ...\n"),
    (
        rules.words_of_the_glossary,
        "server/store/a.py",
        "q = 'create table if not exists users (id)'\n",
        "q = 'create table person (id)'\n",
    ),
    (rules.module_says_what_it_is, "kiosk/a.py", "x = 1\n", "'''The visit.'''\nx = 1\n"),
    (
        rules.test_says_what_it_proves,
        "tests/test_a.py",
        "def test_a(): ...\n",
        "def test_a():\n    '''It is so.'''\n",
    ),
    (
        rules.test_says_what_it_proves,
        "tests/test_a.py",
        "def test_a():\n    '''No full stop'''\n",
        "def an_outbox(): ...\n",
    ),
    (words.unfinished, "docs/a.md", "TO" + "DO: the rest\n", "To do the rest is no work.\n"),
    (words.unfinished, "deploy/a.sh", "# X" + "XX\n", "mktemp /tmp/aXXXXXX\n"),
    (words.silenced, "kiosk/a.py", f"x = 1  {NOQA}\n", f"x = 1  {NOQA}: E501 - a long address\n"),
    (words.silenced, "kiosk/a.py", f"x = 1  {NOQA}: E501\n", f"x = '{NOQA}'\n"),
    (words.silenced, "kiosk/a.py", f"x = 1  {IGNORE}\n", f"x = 1  {IGNORE}[misc] # Kivy has no types\n"),
    (words.silenced, "kiosk/a.py", f"x = 1  {IGNORE}[misc]\n", "x = 1  # it does not matter\n"),
    (words.places_elsewhere, "a.toml", "url = 'https://py" + "pi.org/simple'\n", "name = 'hatchling'\n"),
    (words.places_elsewhere, "docs/a.md", "in `/work/" + "main/kiosk`\n", "a device can work/rest\n"),
    (words.words_outside_catalogues, "kiosk/a.py", "x = 'Cảm ơn'\n", "# Cảm ơn\nx = 'thanks'\n"),
    (words.words_outside_catalogues, "kiosk/a.py", "x = 'Nụ Cười xin chào'\n", "x = 'Nụ Cười'\n"),
    (words.words_outside_catalogues, "kiosk/a.py", "x = f'{n} lượt'\n", "'''Quầy is a counter.'''\n"),
    (
        words.words_outside_catalogues,
        "kiosk/ui/a.kv",
        "    text: 'Cảm ơn'\n",
        "    text: app.tr('thanks') # Cảm ơn\n",
    ),
    (
        words.words_outside_catalogues,
        "server/web/a.html",
        "<p>Quầy</p>\n",
        "{# Quầy #}<p>{{ t('counter') }}</p>\n",
    ),
)


def tracked_files() -> list[Path]:
    """List what git knows or would add; without git, whatever lies in the folder and is ours."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    try:
        found = subprocess.run(command, cwd=TOP, capture_output=True, check=True, text=True).stdout
    except (OSError, subprocess.CalledProcessError):
        every = TOP.rglob("*")
        return [file for file in every if NOT_OURS.isdisjoint(file.relative_to(TOP).parts) and file.is_file()]
    return [TOP / name for name in found.split("\0") if name and (TOP / name).is_file()]


@pytest.fixture(scope="module", name="sources")
def all_sources() -> list[Source]:
    """Read every text file once."""
    files = [file for file in tracked_files() if file.suffix in TEXT]
    return [Source(file.relative_to(TOP).as_posix(), file.read_text("utf-8")) for file in sorted(files)]


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_the_repository_keeps_the_rule(rule: Rule, sources: list[Source]) -> None:
    """Every file of the product keeps every rule of the house."""
    found = [str(finding) for source in sources for finding in rule(source)]

    assert not found, "\n" + "\n".join(found)


@pytest.mark.parametrize(("rule", "path", "broken", "fine"), CONTROLS)
def test_a_rule_finds_what_breaks_it(rule: Rule, path: str, broken: str, fine: str) -> None:
    """A file that breaks a rule is found, and one that keeps it is left in peace."""
    assert list(rule(Source(path, broken)))
    assert not list(rule(Source(path if fine else "kiosk/visit.py", fine)))


def test_every_rule_has_a_control() -> None:
    """No rule of the house is believed without a sample that breaks it."""
    assert {rule for rule, *_ in CONTROLS} == set(RULES)


def test_sql_is_found_where_it_may_not_be_and_only_there() -> None:
    """The same SQL is welcome in the outbox and refused one file further."""
    text = "q = 'INSERT INTO rating VALUES (1)'\n"

    assert not list(rules.sql_outside_the_store(Source("kiosk/outbox.py", text)))
    assert not list(rules.sql_outside_the_store(Source("server/store/book.py", text)))
    assert list(rules.sql_outside_the_store(Source("server/storekeeper.py", text)))


def test_the_tidy_test_reads_the_programs(sources: list[Source]) -> None:
    """Both programs and these tests themselves are among the files that are read."""
    paths = {source.path for source in sources}

    assert {"kiosk/visit.py", "server/protocol/record.py", "tests/tidy/rules.py"} <= paths
