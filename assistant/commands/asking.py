"""`ask`: one question, or a file of them, answered for a person or a program.

Knows: the order of question and answer, exit codes. Does not know: how an answer looks as JSON or to a
person.
"""

from __future__ import annotations

import argparse
import sys
from dataclasses import replace
from typing import TYPE_CHECKING

from assistant.commands.questions_file import AskedRow, read_questions
from assistant.commands.session import Session, UsageError, say, say_json
from assistant.contract import answer_to_json
from assistant.domain import Answer, Stage, Trace

if TYPE_CHECKING:
    from assistant.engine import Assistant


def ask(session: Session, options: argparse.Namespace) -> int:
    """Asks and prints; 1 when an answer failed."""
    rows = _rows(options)
    if options.offline:
        session = replace(session, settings=replace(session.settings, offline=True))
    failed = False
    with session.assistant() as assistant:
        for place, row in enumerate(rows):
            answer = _answer(assistant, row)
            failed = failed or answer.status == "failed"
            if options.json:
                say_json(answer_to_json(answer, id=row.id))
            else:
                _print(row, answer, place=place, several=len(rows) > 1)
    return 1 if failed else 0


def _rows(options: argparse.Namespace) -> list[AskedRow]:
    if (options.question is None) == (options.file is None):
        raise UsageError("ask needs either a question or --file.")
    if options.file is not None:
        return read_questions(options.file)
    if not options.question.strip():
        raise UsageError("the question is empty.")
    return [AskedRow("1", options.question)]


def _answer(assistant: Assistant, row: AskedRow) -> Answer:
    """The answer, with a sign of life on a terminal: a model may take its time."""
    if not sys.stderr.isatty():
        return assistant.answer(row.question, row.history)
    from rich.console import Console

    answer = Answer("failed", "The assistant gave no answer.", trace=Trace())
    with Console(stderr=True).status("Reading the question") as status:
        for event in assistant.stream(row.question, row.history):
            if isinstance(event, Stage):
                status.update(event.text)
            elif isinstance(event, Answer):
                answer = event
    return answer


def _print(row: AskedRow, answer: Answer, *, place: int, several: bool) -> None:
    from assistant.commands.terminal import console_on, write, write_answer

    console = console_on(sys.stdout)
    if several:
        if place:
            say()
        write(console, f"{row.id}: {row.question}", style="bold")
        say()
    write_answer(console, answer)
    sys.stdout.flush()
