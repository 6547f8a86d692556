"""A golden file -> questions whose right answers are known.

Knows: the rows of tests/golden/questions.jsonl, and when two titles are the same. Does not know: answers.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from assistant.chat import turns_from_rows
from assistant.domain import Paper, Turn
from assistant.errors import EvaluationError, HistoryError
from assistant.evaluation.rows import read_rows, texts


@dataclass(frozen=True, slots=True)
class GoldenQuestion:
    """A question with what a right answer holds. `gold` papers must be there, `acceptable` ones may (both as
    `title_key`); every one of `facts` must be found in the text. Neither gold nor facts: must abstain."""

    id: str
    type: str
    question: str
    gold: frozenset[str]
    acceptable: frozenset[str]
    facts: tuple[re.Pattern[str], ...]
    history: tuple[Turn, ...] = ()

    @property
    def must_abstain(self) -> bool:
        return not self.gold and not self.facts


def title_key(title: str) -> str:
    """A title without case, accents, punctuation and space, to compare titles written by different hands."""
    spelled = unicodedata.normalize("NFKD", title).casefold()
    return "".join(letter for letter in spelled if letter.isalnum())


def read_golden(path: Path, papers: list[Paper]) -> list[GoldenQuestion]:
    """The questions of `path`.

    Raises:
        EvaluationError: rows of another form, or a gold title that is not in the collection: every figure
            would be wrong.
    """
    known = {title_key(paper.title) for paper in papers}
    rows = read_rows(path, needed=("id", "type", "question"))
    strangers = sorted(
        {title for row in rows for title in texts(row, "gold_papers") if title_key(title) not in known}
    )
    if strangers:
        shown = "; ".join(strangers[:3])
        raise EvaluationError(
            f"{path} names {len(strangers)} papers that are not in the collection ({shown}). "
            "Ingest the collection that it was made for."
        )
    return [_question(row, path) for row in rows]


def _question(row: dict[str, Any], path: Path) -> GoldenQuestion:
    try:
        facts = tuple(re.compile(pattern, re.IGNORECASE) for pattern in texts(row, "gold_facts"))
        history = turns_from_rows(row.get("history") or [])
    except (re.error, HistoryError) as error:
        raise EvaluationError(f"{path}, row {row['id']}: {error}") from error
    return GoldenQuestion(
        id=str(row["id"]),
        type=str(row["type"]),
        question=str(row["question"]),
        gold=frozenset(map(title_key, texts(row, "gold_papers"))),
        acceptable=frozenset(map(title_key, texts(row, "acceptable_papers"))),
        facts=facts,
        history=history,
    )
