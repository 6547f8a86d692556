"""A conversation as rows of role and content -> the turns that the engine understands.

Knows: who spoke when, and whether a stored answer still holds. Does not know: what a follow-up means, how
many earlier turns a model may read, where a conversation is kept.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from assistant.contract import answer_from_json
from assistant.domain import Answer, Paper, Turn
from assistant.errors import HistoryError

SPEAKERS = ("user", "assistant")
# Instructions to a model are no part of the conversation; rows of other chat programs may carry them.
SILENT = ("system", "developer", "tool")


def turns_from_rows(rows: Sequence[Mapping[str, Any]], papers: Sequence[Paper] = ()) -> tuple[Turn, ...]:
    """Turns from rows {"role", "content"}, oldest first.

    A question without a reply, or a reply without a question, becomes a turn with one side empty; several
    rows of one speaker in a row are one side. A reply may carry its stored "answer" (see `contract`); it is
    kept when every quote still stands in `papers`, otherwise only the words remain.

    Raises:
        HistoryError: a row has no known role or no text.
    """
    if isinstance(rows, str | bytes | Mapping) or not isinstance(rows, Sequence):
        raise HistoryError('The history must be a list of rows {"role", "content"}.')
    abstracts = {paper.paper_id: paper.abstract for paper in papers}
    turns: tuple[Turn, ...] = ()
    for number, row in enumerate(rows, start=1):
        role, text = _role(row, number), _content(row, number)
        if role == "user":
            turns = _asked(turns, text)
        elif role == "assistant":
            turns = _replied(turns, text, _stored(row, abstracts))
    return turns


def _asked(turns: tuple[Turn, ...], text: str) -> tuple[Turn, ...]:
    if turns and not turns[-1].text:
        return (*turns[:-1], Turn(f"{turns[-1].question}\n{text}", ""))
    return (*turns, Turn(text, ""))


def _replied(turns: tuple[Turn, ...], text: str, answer: Answer | None) -> tuple[Turn, ...]:
    if not turns:
        return (Turn("", text, answer),)
    last = turns[-1]
    return (*turns[:-1], Turn(last.question, f"{last.text}\n{text}" if last.text else text, answer))


def _role(row: object, number: int) -> str:
    role = row.get("role") if isinstance(row, Mapping) else None
    if role not in SPEAKERS + SILENT:
        raise HistoryError(
            f'Row {number} of the history has the role {role!r}; it must be "user" or "assistant".'
        )
    return str(role)


def _content(row: Mapping[str, Any], number: int) -> str:
    """The row's text; chat pages and APIs also hand it over as a list of parts."""
    content = row.get("content")
    if isinstance(content, Sequence) and not isinstance(content, str | bytes):
        parts = [part.get("text") for part in content if isinstance(part, Mapping) and "text" in part]
        content = "".join(part for part in parts if isinstance(part, str))
    if not isinstance(content, str):
        raise HistoryError(f'Row {number} of the history has no text under "content".')
    return content.strip()


def _stored(row: Mapping[str, Any], abstracts: Mapping[str, str]) -> Answer | None:
    stored = row.get("answer")
    if not isinstance(stored, Mapping):
        return None
    answer = answer_from_json(stored)
    stands = all(
        abstracts.get(citation.paper_id, "")[citation.start : citation.end] == citation.quote
        for citation in answer.citations
    )
    return answer if stands else None
