"""`ingest`, `status` and `papers`: what is in the collection, and whether the indexes are in step with it.

Knows: how reports read. Does not know: files, catalogue, indexes.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict, fields, is_dataclass
from pathlib import Path
from typing import Any

from assistant.commands.session import Session, UsageError, progress_on, say, say_json
from assistant.domain import Paper
from assistant.settings import PREFIX, STANDARD_NAMES, Settings

SHOWN_SKIPS = 8


def ingest(session: Session, options: argparse.Namespace) -> int:
    """Brings catalogue and indexes in step with the source files, and says what changed."""
    from assistant.ingest import ingest as run

    if not all(options.paths):
        raise UsageError("a PATH is empty.")
    with progress_on(sys.stderr) as progress:
        report = run(session.settings, tuple(Path(path) for path in options.paths), progress=progress)
    facts = plain(report)
    if options.json:
        say_json(facts)
    else:
        _print_facts({name: value for name, value in facts.items() if name != "skipped"})
        _print_skipped(facts.get("skipped", []))
    return 0


def plain(value: Any) -> Any:  # noqa: ANN401  any value made of dataclasses, paths and sequences
    """`value` in what JSON knows."""
    if is_dataclass(value) and not isinstance(value, type):
        return {item.name: plain(getattr(value, item.name)) for item in fields(value)}
    if isinstance(value, Mapping):
        return {str(name): plain(item) for name, item in value.items()}
    if isinstance(value, Sequence | set | frozenset) and not isinstance(value, str | bytes):
        return [plain(item) for item in value]
    return str(value) if isinstance(value, Path) else value


def status(session: Session, options: argparse.Namespace) -> int:
    """What the assistant is made of right now; with --settings, the table of settings."""
    if options.settings:
        say(settings_table())
        return 0
    with session.assistant() as assistant:
        facts = assistant.status()
    if options.json:
        say_json(facts)
    else:
        # The notes were told when the assistant was made.
        _print_facts({name: value for name, value in facts.items() if name != "notes"})
    return 0


def papers(session: Session, options: argparse.Namespace) -> int:
    """Every paper of the collection, in the order of its source."""
    with session.assistant() as assistant:
        found = assistant.papers()
    if options.json:
        say_json([asdict(paper) for paper in found])
        return 0
    from assistant.commands.terminal import console_on, write

    console = console_on(sys.stdout)
    for number, paper in enumerate(found, start=1):
        write(console, f"{number:>4}  {_line(paper)}", hang=6)
    return 0


def _line(paper: Paper) -> str:
    known = ", ".join(part for part in (paper.venue, str(paper.year or "")) if part)
    return f"{paper.title} ({known})" if known else paper.title


def _print_facts(facts: Mapping[str, Any]) -> None:
    width = max((len(name) for name in facts), default=0)
    for name, value in facts.items():
        say(f"{name.replace('_', ' '):<{width}}  {_words(value)}")


def _words(value: Any) -> str:  # noqa: ANN401  any JSON value
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:.2f}"
    if isinstance(value, list):
        return str(len(value)) if len(value) > SHOWN_SKIPS else ", ".join(map(str, value)) or "-"
    return "-" if value in (None, "") else str(value)


def _print_skipped(skipped: Sequence[Mapping[str, Any]]) -> None:
    for piece in skipped[:SHOWN_SKIPS]:
        text = " ".join(str(piece["text"]).split())[:60]
        say(f"  skipped {piece['source']}:{piece['line']}: {piece['reason']} ({text!r})")
    if len(skipped) > SHOWN_SKIPS:
        say(f"  and {len(skipped) - SHOWN_SKIPS} more; --json lists all")


def settings_table() -> str:
    """Every setting with its environment variable and default, as the Markdown table of the README."""
    other = {name: variable for variable, name in STANDARD_NAMES.items()}
    rows = ["| setting | default | meaning |", "|---|---|---|"]
    for item in fields(Settings):
        names = f"`{PREFIX}{item.name.upper()}`" + (f" or `{other[item.name]}`" if item.name in other else "")
        rows.append(f"| {names} | {_default(item.default)} | {item.metadata['doc']} |")
    return "\n".join(rows)


def _default(value: object) -> str:
    """The default as a person would write it; folders are shown from the project's folder."""
    if isinstance(value, Path):
        return f"`{value.name}`"
    return "" if value in (None, "") else f"`{str(value).lower() if isinstance(value, bool) else value}`"
