"""What the README tells people to type can be typed, and its tables are those of the code."""

import contextlib
import re
import shlex
from pathlib import Path

import pytest

from assistant import cli
from assistant.commands.collection import settings_table

PROJECT = Path(__file__).resolve().parents[2]
README = PROJECT / "README.md"
pytestmark = pytest.mark.skipif(not README.is_file(), reason="no README.md yet")


def readme():
    return README.read_text(encoding="utf-8")


def code():
    """Every line of a fenced block and every inline piece of code."""
    text = readme()
    fenced = re.findall(r"^```[^\n]*\n(.*?)^```", text, re.M | re.S)
    inline = re.findall(r"`([^`\n]+)`", re.sub(r"^```.*?^```", "", text, flags=re.M | re.S))
    return [line.strip() for block in fenced for line in block.splitlines()] + inline


def arguments(line):
    """What follows the program's name, without pipes, redirections and what is marked as optional."""
    command = re.split(
        r"\s[|>&]\s?|\s#|;", line.partition("-m assistant")[2] or line.partition("papers-assistant")[2]
    )[0]
    return shlex.split(re.sub(r"\[[^\]]*\]|…", "", command))


COMMANDS = re.compile(r"(?:^|\s)(?:python3? -m assistant|papers-assistant)\s+\w")


def test_every_make_word_is_a_target():
    makefile = (PROJECT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z]+):", makefile, re.M))
    named = {word for line in code() for word in re.findall(r"\bmake ([a-z]+)", line)}
    assert {"run", "test"} <= named
    assert named - targets == set()


def test_every_command_is_understood():
    lines = [line for line in code() if COMMANDS.search(line)]
    assert lines
    refused = []
    for line in lines:
        with contextlib.suppress(SystemExit):
            cli.parser().parse_args(arguments(line))
            continue
        refused.append(line)
    assert refused == []


def test_the_table_of_settings_is_that_of_the_code():
    """`python -m assistant status --settings` prints it."""
    assert settings_table() in readme()


def test_every_module_of_the_package_is_named():
    """A reader who has only the README knows every room."""
    rooms = {path.name for path in (PROJECT / "assistant").glob("*.py")} - {"__init__.py", "__main__.py"}
    rooms |= {path.parent.name + "/" for path in (PROJECT / "assistant").glob("*/__init__.py")}
    text = readme()
    assert sorted(room for room in rooms if room not in text) == []


def test_every_file_that_is_linked_is_there():
    links = re.findall(r"\]\((?!https?:|#)([^)#\s]+)", readme())
    assert [link for link in links if not (PROJECT / link).exists()] == []
