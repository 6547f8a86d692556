"""`export`: the collection, or the papers of stored answers, for other programs.

Knows: which papers are meant and where the text goes. Does not know: what BibTeX or RIS look like.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from assistant.commands.session import Session, UsageError, tell, text_of
from assistant.contract import answer_from_json
from assistant.domain import Answer, Turn
from assistant.errors import HistoryError


def export(session: Session, options: argparse.Namespace) -> int:
    """Writes to --output or stdout."""
    answers = _stored_answers(options.answers) if options.answers else []
    if options.format == "markdown" and not answers:
        raise UsageError("markdown is a form for answers: add --answers FILE (made by ask --json).")
    text = _text(session, options.format, answers)
    if options.output is None:
        sys.stdout.write(text if text.endswith("\n") else text + "\n")
        return 0
    try:
        Path(options.output).write_text(text, encoding="utf-8")
    except OSError as error:
        raise UsageError(f"{options.output} cannot be written: {error.strerror}.") from error
    tell(f"Written: {options.output}")
    return 0


def _text(session: Session, form: str, answers: Sequence[Answer]) -> str:
    from assistant.export import cited_papers, to_bibtex, to_markdown, to_ris

    turns = [Turn(answer.trace.understood_as or "Answer", answer.text, answer) for answer in answers]
    if form == "markdown":
        return to_markdown(turns)
    with session.assistant() as assistant:
        papers = assistant.papers()
    chosen = cited_papers(turns, {paper.paper_id: paper for paper in papers}) if answers else papers
    return to_bibtex(chosen) if form == "bibtex" else to_ris(chosen)


def _stored_answers(path: str) -> list[Answer]:
    """The answers in `path`, one JSON object a line; "-" is standard input."""
    answers = []
    for number, line in enumerate(text_of(path).split("\n"), start=1):
        if line.strip():
            try:
                answers.append(answer_from_json(_object(line)))
            except (ValueError, RecursionError, HistoryError) as error:
                raise UsageError(f"{path}, line {number} is not an answer of ask --json: {error}") from error
    if not answers:
        raise UsageError(f"{path} holds no answers; make them with ask --json.")
    return answers


def _object(line: str) -> dict[str, Any]:
    row = json.loads(line)
    if not isinstance(row, dict):
        raise ValueError("no object")
    return row
