"""What the browser sends along with a question -> values; whatever does not fit is left out, never trusted.

Knows: the shape of a stored turn and the limits of a question. Does not know how answers are made or shown.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from assistant.contract import answer_from_json
from assistant.domain import Turn
from assistant.errors import AssistantError

LONGEST_QUESTION = 4000
MOST_TURNS = 60
MOST_SCOPED = 200


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as it came from the page. `problem` says why it cannot be asked, `stopped` that the visitor
    ended its answer."""

    run: str
    question: str
    understood: str = ""
    scoped: tuple[tuple[str, str], ...] = ()
    history: tuple[Turn, ...] = ()
    problem: str = ""
    stopped: bool = False

    @property
    def scope(self) -> frozenset[str]:
        """The papers asked, by id; empty means all."""
        return frozenset(paper_id for paper_id, _ in self.scoped)

    @property
    def scope_titles(self) -> tuple[str, ...]:
        """Their titles."""
        return tuple(title for _, title in self.scoped)


def asked_from_json(payload: object) -> Asked:
    """The question in `payload`; a broken one becomes a question with a problem."""
    row: Mapping[str, Any] = payload if isinstance(payload, Mapping) else {}
    question = _text(row.get("question")).strip()
    problem = "" if question else "There was no question. Write one and press Enter."
    if len(question) > LONGEST_QUESTION:
        problem = (
            f"The question has {len(question):,} characters; it may have {LONGEST_QUESTION:,}. Shorten it."
        )
    return Asked(
        run=_text(row.get("run"))[:64] or uuid.uuid4().hex,
        question=question[:LONGEST_QUESTION],
        understood=_text(row.get("understood")).strip()[:LONGEST_QUESTION],
        scoped=_scoped(row.get("scope")),
        history=turns_from_json(row.get("turns")),
        problem=problem,
    )


def turns_from_json(rows: object) -> tuple[Turn, ...]:
    """The turns that can be read, oldest first."""
    turns = (turn_from_json(row) for row in _rows(rows)[-MOST_TURNS:])
    return tuple(turn for turn in turns if turn is not None)


def turn_from_json(row: object) -> Turn | None:
    """One stored turn, or None when it is not of the expected form."""
    if not isinstance(row, Mapping) or not isinstance(row.get("answer"), Mapping):
        return None
    try:
        answer = answer_from_json(row["answer"])
    except AssistantError:
        return None
    return Turn(_text(row.get("question")), answer.text, answer)


def _scoped(rows: object) -> tuple[tuple[str, str], ...]:
    pairs = (row for row in _rows(rows)[:MOST_SCOPED] if isinstance(row, Sequence) and len(row) == 2)
    return tuple((_text(paper_id), _text(title)) for paper_id, title in pairs if _text(paper_id))


def _rows(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
