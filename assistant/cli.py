"""The command line: `python -m assistant WORD ...`.

Knows: words, arguments and exit codes (0 done, 1 could not, 2 usage). Does not know: what a word does; that
is `assistant.commands`. An error is one line on stderr; a traceback only with --debug.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Sequence

from assistant.commands import asking, collection, evaluating, exporting, serving
from assistant.commands.session import Build, Session, UsageError, tell
from assistant.errors import AssistantError
from assistant.settings import Settings

PROGRAM = "papers-assistant"
DONE, COULD_NOT, USAGE = 0, 1, 2


def main(arguments: Sequence[str] | None = None, *, build: Build | None = None) -> int:
    """Runs one command; `build` makes the assistant (default: `assistant.build.build`)."""
    if sys.stderr is None:
        sys.stderr = open(os.devnull, "w", encoding="utf-8")  # noqa: PTH123, SIM115  it stays open to the end
    if sys.stdout is None:
        return _told("standard output is closed; there is nowhere to write to.", COULD_NOT)
    try:
        options = parser().parse_args(arguments)
    except SystemExit as stop:
        return int(stop.code or DONE)
    try:
        return _run(options, build)
    except KeyboardInterrupt:
        return _told("stopped.", COULD_NOT)
    except Exception as error:
        # The outermost door: a person sees a line, not a traceback.
        if options.debug and not isinstance(error, BrokenPipeError):
            raise
        return _could_not(error)


def _could_not(error: Exception) -> int:
    if isinstance(error, OSError):
        _give_up_output()
        if isinstance(error, BrokenPipeError):
            return COULD_NOT
        where = f" ({error.filename})" if error.filename else ""
        advice = "Check the disk and the permissions; --debug shows where it happened."
        return _told(f"{error.strerror or error}{where}. {advice}", COULD_NOT)
    return _told(f"unexpected {type(error).__name__}: {error} (--debug shows where)", COULD_NOT)


def _give_up_output() -> None:
    """Nobody reads the output, or the disk is full; without this, Python complains once more at its end."""
    try:
        sys.stdout.flush()
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _run(options: argparse.Namespace, build: Build | None) -> int:
    for stream in (sys.stdout, sys.stderr):
        # A terminal that cannot show a letter of a title should show something, not stop.
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    try:
        code = int(options.run(Session(Settings.from_environment(), build), options))
        sys.stdout.flush()
    except UsageError as error:
        return _told(f"{error} See {PROGRAM} {options.word} --help.", USAGE)
    except AssistantError as error:
        return _told(str(error), COULD_NOT)
    return code


def _told(message: str, code: int) -> int:
    tell(f"{PROGRAM}: {' '.join(message.split())}")
    return code


def parser() -> argparse.ArgumentParser:
    """All words and their arguments."""
    made = argparse.ArgumentParser(
        prog=PROGRAM,
        description="Ask questions about a collection of papers; every sentence can be checked.",
        allow_abbrev=False,
    )
    made.add_argument("--debug", action="store_true", help="show where an unexpected error came from")
    words = made.add_subparsers(dest="word", required=True, metavar="WORD")
    _add_ask(words)
    _add_collection(words)
    _add_evaluate(words)
    _add_export(words)
    _add(words, "serve", serving.serve, "start the page")
    _add(
        words,
        "mcp",
        serving.mcp,
        "serve other programs' agents (Model Context Protocol, needs the mcp extra)",
    )
    return made


# argparse has no public name for what add_subparsers gives.
Words = argparse._SubParsersAction
Run = Callable[[Session, argparse.Namespace], int]


def _add(words: Words[argparse.ArgumentParser], name: str, run: Run, about: str) -> argparse.ArgumentParser:
    word = words.add_parser(name, help=about, description=about, allow_abbrev=False)
    word.set_defaults(run=run)
    return word


def _add_json(word: argparse.ArgumentParser, about: str) -> None:
    word.add_argument("--json", action="store_true", help=about)


def _add_ask(words: Words[argparse.ArgumentParser]) -> None:
    word = _add(words, "ask", asking.ask, "answer a question, or a file of questions")
    word.add_argument("question", nargs="?", metavar="QUESTION")
    word.add_argument(
        "--file", metavar="FILE", help='rows {"id", "question", "history"}; - is standard input'
    )
    word.add_argument("--offline", action="store_true", help="never call a language model")
    _add_json(word, "one JSON object per question, in order")


def _add_collection(words: Words[argparse.ArgumentParser]) -> None:
    word = _add(words, "ingest", collection.ingest, "bring the indexes in step with the source files")
    word.add_argument("paths", nargs="*", metavar="PATH", help="files or folders; default: the data folder")
    _add_json(word, "the report as JSON")
    word = _add(words, "status", collection.status, "say what is indexed and which models are used")
    word.add_argument("--settings", action="store_true", help="list every setting with its default")
    _add_json(word, "the status as JSON")
    word = _add(words, "papers", collection.papers, "list the papers of the collection")
    _add_json(word, "the papers with their abstracts as JSON")


def _add_evaluate(words: Words[argparse.ArgumentParser]) -> None:
    word = words.add_parser("evaluate", help="measure on files", description="Measure on files.")
    what = word.add_subparsers(dest="what", required=True, metavar="WHAT")
    one = _add(what, "retrieval", evaluating.retrieval, "a folder in the layout of BEIR: nDCG, recall, time")
    one.add_argument("folder", metavar="DIR", help="holds corpus.jsonl, queries.jsonl and qrels.tsv")
    one.add_argument("--mode", choices=("hybrid", "vectors", "words"), default="hybrid")
    _add_json(one, "the figures as JSON")
    one = _add(what, "answers", evaluating.answers, "questions with known answers: lists, facts, abstention")
    one.add_argument("file", metavar="FILE", help="rows as in tests/golden/questions.jsonl")
    one.add_argument("--details", action="store_true", help="list every question that was missed, and why")
    one.add_argument("--offline", action="store_true", help="never call a language model")
    _add_json(one, "the figures as JSON")
    one = _add(what, "support", evaluating.support, "claims with a label: does the checker tell them apart?")
    one.add_argument("file", metavar="FILE", help='rows {"claim", "evidence", "label"}; SUPPORT is positive')
    one.add_argument(
        "--whole", action="store_true", help="hold claims against whole abstracts, where rows have them"
    )
    _add_json(one, "the figures as JSON")
    one = _add(
        what, "report", evaluating.report, "measure the golden questions, write tests/golden/REPORT.md"
    )
    _add_json(one, "the figures as JSON")


def _add_export(words: Words[argparse.ArgumentParser]) -> None:
    word = _add(words, "export", exporting.export, "write the papers, or stored answers, for other programs")
    word.add_argument("--format", choices=("bibtex", "ris", "markdown"), default="bibtex")
    word.add_argument(
        "--answers", metavar="FILE", help="only what these answers of ask --json name; - is stdin"
    )
    word.add_argument("--output", metavar="FILE", help="default: standard output")
