"""`evaluate`: figures as a table for people, as JSON for machines.

Knows: which measurement is asked for and where its figures go. Does not know: how anything is measured.
"""

from __future__ import annotations

import argparse
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.commands.session import Progress, Session, progress_on, say, say_json, tell
from assistant.settings import PROJECT

if TYPE_CHECKING:
    from assistant.evaluation.answers import AnswersReport

GOLDEN = PROJECT / "tests" / "golden"


def retrieval(session: Session, options: argparse.Namespace) -> int:
    """Indexes a BEIR folder in a throw-away directory and measures the ranking."""
    from assistant.evaluation.beir import read_benchmark
    from assistant.evaluation.retrieval import measure, to_json
    from assistant.evaluation.searching import searching
    from assistant.evaluation.tables import retrieval_table

    benchmark = read_benchmark(Path(options.folder))
    with (
        progress_on(sys.stderr) as progress,
        searching(benchmark, session.settings, mode=options.mode, progress=progress) as searched,
    ):
        report = measure(
            benchmark, searched.search, mode=options.mode, embed_s=searched.embed_s, progress=progress
        )
    if options.json:
        say_json(to_json(report))
    else:
        say(retrieval_table(report))
    return 0


def answers(session: Session, options: argparse.Namespace) -> int:
    """Asks every golden question."""
    from assistant.evaluation.answers import to_json
    from assistant.evaluation.tables import answers_table, misses_text

    with progress_on(sys.stderr) as progress:
        report = _answers(session, Path(options.file), offline=options.offline, progress=progress)
    if options.json:
        say_json(to_json(report, details=options.details))
        return 0
    say(answers_table(report))
    if options.details:
        say()
        say(misses_text(report))
    return 0


def _answers(session: Session, path: Path, *, offline: bool, progress: Progress) -> AnswersReport:
    from assistant.evaluation.answers import ask_all
    from assistant.evaluation.golden import read_golden

    settings = replace(session.settings, offline=session.settings.offline or offline)
    with replace(session, settings=settings).assistant() as assistant:
        papers = assistant.papers()
        return ask_all(assistant, read_golden(path, papers), papers, progress=progress)


def support(session: Session, options: argparse.Namespace) -> int:
    """Judges labelled claims with the checker that judges the answers."""
    from assistant.checking.support import support_checker
    from assistant.evaluation.support import measure, read_claims, to_json
    from assistant.evaluation.tables import support_table

    claims = read_claims(Path(options.file), whole=options.whole)
    with progress_on(sys.stderr) as progress:
        report = measure(claims, support_checker().judge, progress=progress)
    if options.json:
        say_json(to_json(report))
    else:
        say(support_table(report))
    return 0


def report(session: Session, options: argparse.Namespace) -> int:
    """Measures the golden questions without a language model and writes the report that is kept in git."""
    from assistant.evaluation.answers import to_json
    from assistant.evaluation.report import golden_report

    with progress_on(sys.stderr) as progress:
        measured = _answers(session, GOLDEN / "questions.jsonl", offline=True, progress=progress)
    (GOLDEN / "REPORT.md").write_text(golden_report(measured), encoding="utf-8")
    tell(f"Written: {GOLDEN / 'REPORT.md'}")
    if options.json:
        say_json(to_json(measured))
    return 0
