"""The words that the model reads, loaded from prompts/ and checked before the first question.

Knows: the files, the $names in them, and how messages are put together. Does not know: papers, questions,
what a reply looks like. Values are substituted in one pass and never formatted, so that a "$" or "{}" in an
abstract is just that.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from string import Template
from typing import Literal, TypedDict

from assistant.domain import digest
from assistant.errors import PromptError

USER_PART = "=== user ==="
SECTION = re.compile(r"^## +(\w+)[ \t]*$", re.MULTILINE)


class Message(TypedDict):
    """One message of a chat request."""

    role: Literal["system", "user", "assistant"]
    content: str


# Every prompt file and the names in it; a file or a name that is not here, or not there, stops the start.
NAMES: Mapping[str, frozenset[str]] = {
    "system": frozenset(),
    "understand": frozenset({"conversation", "papers", "question"}),
    "screen": frozenset({"question", "excluded", "papers", "count"}),
    "answer": frozenset({"language", "conversation", "papers", "question", "reminder"}),
    "list": frozenset({"language", "papers", "question", "clear", "possible", "words"}),
    "review": frozenset({"papers", "question", "sentences", "language"}),
    "texts": frozenset({"count", "papers", "fit", "considered", "titles", "names", "language"}),
}
# Parts of texts.md: fixed words of the assistant itself, shared by prompts, offline answers and the page.
TEXTS = (
    "withheld",
    "follow_up_hint",
    "not_in_abstract",
    "not_in_collection",
    "declined",
    "small_talk",
    "fallback_note",
    "list_clear",
    "list_possible",
    "list_only_possible",
    "detail_missing",
    "nearest_words",
    "unknown_names",
    "nearest_papers",
    "other_language",
)


class Prompts:
    """The loaded prompt files. `messages(name, ...)` renders one task for the model."""

    def __init__(self, files: Mapping[str, str]) -> None:
        """Raises:
        PromptError: lists everything that is missing or not known.
        """
        problems = _problems(files)
        if problems:
            raise PromptError("The prompt files do not fit:\n- " + "\n- ".join(problems))
        self._files = dict(files)
        parts = SECTION.split(files["texts"])[1:]
        self._texts = {name: text.strip() for name, text in zip(parts[::2], parts[1::2], strict=True)}

    @classmethod
    def load(cls, directory: Path) -> Prompts:
        """Read the *.md files of `directory`.

        Raises:
            PromptError: a file is missing, unreadable, or its names do not fit.
        """
        try:
            files = {path.stem: path.read_text("utf-8") for path in sorted(directory.glob("*.md"))}
        except (OSError, UnicodeDecodeError) as error:
            raise PromptError(f"The prompt files in {directory} cannot be read: {error}") from error
        return cls(files)

    def messages(self, name: str, **values: str) -> tuple[Message, ...]:
        """The system message (rules, then the task) and the user message (data) of the task `name`."""
        task, data = self._files[name].split(USER_PART)
        system = self._files["system"].strip() + "\n\n" + Template(task).substitute(values).strip()
        return (
            {"role": "system", "content": system},
            {"role": "user", "content": Template(data).substitute(values).strip()},
        )

    def text(self, name: str) -> str:
        """A fixed text of texts.md."""
        return self._texts[name]

    def version(self, name: str) -> str:
        """Changes when the words of the task `name` change; part of the keys of kept verdicts."""
        return digest(self._files["system"], self._files[name], length=16)


def _problems(files: Mapping[str, str]) -> list[str]:
    problems = [f"{name}.md is missing" for name in NAMES if name not in files]
    problems += [f"{name}.md is not a prompt of the assistant" for name in files if name not in NAMES]
    for name, expected in NAMES.items():
        if name not in files:
            continue
        template = Template(files[name])
        if not template.is_valid():
            problems.append(f"{name}.md has a lone $ (write $$ for the sign itself)")
            continue
        found = set(template.get_identifiers())
        problems += [f"{name}.md lacks ${missing}" for missing in sorted(expected - found)]
        problems += [f"{name}.md uses ${extra}, which is not given" for extra in sorted(found - expected)]
        if name != "texts" and expected and files[name].count(USER_PART) != 1:
            problems.append(f"{name}.md must hold the line {USER_PART!r} once")
    present = set(SECTION.findall(files.get("texts", "")))
    problems += [f"texts.md lacks the section {name}" for name in TEXTS if name not in present]
    return problems
