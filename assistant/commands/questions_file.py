"""A file of questions -> rows, or one error that names every bad line.

Knows: the rows {"id", "question", "history"}. Does not know: answers. The whole file is read before anything
is asked, because a typing error in line 90 should not cost the 89 answers before it.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from assistant.chat import turns_from_rows
from assistant.commands.session import UsageError, text_of
from assistant.domain import Turn
from assistant.errors import HistoryError

SHOWN_ERRORS = 10


@dataclass(frozen=True, slots=True)
class AskedRow:
    """One question of a file. `id` is the line number when the row has none."""

    id: str
    question: str
    history: tuple[Turn, ...] = ()


def read_questions(path: str) -> list[AskedRow]:
    """The rows of `path`; "-" is standard input. Blank lines are left out.

    Raises:
        UsageError: the file cannot be read, or lines are not of the form (each is named).
    """
    rows: list[AskedRow] = []
    errors: list[str] = []
    for number, line in enumerate(text_of(path).split("\n"), start=1):
        if not line.strip():
            continue
        try:
            rows.append(_row(line, number))
        except (ValueError, HistoryError) as error:
            errors.append(f"line {number}: {error}")
    if errors:
        more = len(errors) - SHOWN_ERRORS
        shown = errors[:SHOWN_ERRORS] + ([f"and {more} more"] if more > 0 else [])
        raise UsageError(f"{path} was not asked: " + "; ".join(shown))
    if not rows:
        raise UsageError(f'{path} holds no questions; a row is {{"id": "1", "question": "..."}}.')
    return rows


def _row(line: str, number: int) -> AskedRow:
    try:
        row: Any = json.loads(line)
    except json.JSONDecodeError as error:
        raise ValueError(f"no JSON ({error.msg}, column {error.colno})") from error
    except (ValueError, RecursionError) as error:
        raise ValueError("no JSON (nested too deep, or a number of too many digits)") from error
    if not isinstance(row, dict):
        raise ValueError('no object; a row is {"id": "1", "question": "..."}')
    question = row.get("question")
    if not isinstance(question, str) or not question.strip():
        raise ValueError('no text under "question"')
    return AskedRow(_id(row.get("id"), number), question, turns_from_rows(row.get("history") or []))


def _id(given: object, number: int) -> str:
    if given is None:
        return str(number)
    if not isinstance(given, str | int) or isinstance(given, bool):
        raise ValueError('the "id" is neither text nor a whole number')
    return str(given)
