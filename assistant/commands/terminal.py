"""An answer for a person at a terminal: wrapped text, then numbered sources with the words they rest on.

Knows: order, indentation, colour (a terminal only). Does not know: how answers are made, JSON. Every text is
stripped of control characters first, because a title from anywhere could otherwise steer the terminal.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from typing import TYPE_CHECKING, TextIO

from assistant.domain import Answer, Citation, ListedPaper, Trace

if TYPE_CHECKING:
    from rich.console import Console

WIDEST = 100
# A line of its own between two asterisks is a heading in the answer's text.
HEADING = re.compile(r"^\*\*(.+)\*\*$")
STATUS_WORDS = {
    "answered": "answered from the abstracts",
    "partial": "answered in part",
    "not_in_abstract": "the abstract does not say",
    "not_in_collection": "not in this collection",
    "declined": "declined",
    "small_talk": "not about the papers",
    "failed": "failed",
}
MATCH_WORDS = (("clear", "Clear matches"), ("possible", "Possible matches"))


def clean(text: str) -> str:
    """`text` without control characters; line breaks stay."""
    return "".join(
        letter if letter == "\n" or unicodedata.category(letter) not in {"Cc", "Cf", "Cs"} else " "
        for letter in text
    )


def console_on(stream: TextIO) -> Console:
    """A console as wide as the terminal, yet readable; plain on a pipe."""
    from rich.console import Console

    found = Console(file=stream, highlight=False, markup=False, emoji=False)
    return Console(file=stream, highlight=False, markup=False, emoji=False, width=min(found.width, WIDEST))


def write_answer(console: Console, answer: Answer) -> None:
    """The whole answer, as a person reads it."""
    if answer.papers:
        _write_list(console, answer)
    else:
        write(console, answer.text)
        _write_sources(console, answer.citations)
    _write_doubts(console, answer)
    for note in answer.trace.notes:
        write(console, f"Note: {note}", style="dim")
    console.print()
    write(console, status_line(answer), style="dim")


def write(console: Console, text: str, *, indent: int = 0, style: str = "", hang: int = 0) -> None:
    """`text` wrapped to the console; the lines after the first are indented by `hang` more."""
    from rich.text import Text

    for paragraph in clean(text).split("\n"):
        if not paragraph.strip():
            console.print()
            continue
        if match := HEADING.match(paragraph):
            paragraph, style = match[1], "bold"
        lines = Text(paragraph, style=style).wrap(console, max(20, console.width - indent - hang))
        for place, line in enumerate(lines):
            line.rstrip()
            console.print(Text(" " * (indent + (hang if place else 0))) + line, soft_wrap=True)


def _write_list(console: Console, answer: Answer) -> None:
    """The sentences that state nothing about a paper, then the papers, each with its quotes."""
    # The headings below say which papers are possible; a second introduction would say it again.
    introduction = next((sentence.text for sentence in answer.sentences if not sentence.citations), "")
    write(console, introduction or _count(answer.papers))
    for match, words in MATCH_WORDS:
        listed = [paper for paper in answer.papers if paper.match == match]
        if listed:
            console.print()
            write(console, words, style="bold")
            for paper in listed:
                _write_paper(console, paper, answer.citations)


def _count(papers: tuple[ListedPaper, ...]) -> str:
    return "1 paper:" if len(papers) == 1 else f"{len(papers)} papers:"


def _write_paper(console: Console, paper: ListedPaper, citations: Iterable[Citation]) -> None:
    label = f"[{paper.number}]" if paper.number else "-"
    write(console, f"{label:<5}{paper.title}", indent=1, hang=5, style="cyan")
    quotes = [citation.quote for citation in citations if citation.paper_id == paper.paper_id]
    for quote in quotes or [paper.quote]:
        if quote:
            write(console, f"“{quote}”", indent=6)


def _write_sources(console: Console, citations: tuple[Citation, ...]) -> None:
    if citations:
        console.print()
        write(console, "Sources", style="bold")
    seen: set[int] = set()
    for citation in sorted(citations, key=lambda citation: citation.number):
        if citation.number not in seen:
            seen.add(citation.number)
            write(console, f"{f'[{citation.number}]':<5}{citation.title}", indent=1, hang=5, style="cyan")
        write(console, f"“{citation.quote}”", indent=6)


def _write_doubts(console: Console, answer: Answer) -> None:
    doubted = [sentence for sentence in answer.sentences if sentence.support != "supported"]
    if doubted:
        console.print()
        write(console, "Not fully carried by the abstracts:", style="yellow")
    for sentence in doubted:
        write(console, f"- ({sentence.support}) {sentence.text}", indent=1, hang=2, style="yellow")


def status_line(answer: Answer) -> str:
    """One line: what kind of answer, how many papers were looked at, by whom, how long, how dear."""
    trace = answer.trace
    parts = [STATUS_WORDS[answer.status]]
    if trace.screened is not None:
        parts.append(f"{trace.screened[0]} of {trace.screened[1]} papers considered")
    parts.append(clean(trace.model) or "no language model")
    parts.append(_duration(trace))
    if trace.usage.calls:
        parts.append("cost unknown" if trace.usage.cost_usd is None else f"${trace.usage.cost_usd:.4f}")
    return " · ".join(part for part in parts if part)


def _duration(trace: Trace) -> str:
    total = trace.timings_ms.get("total", 0.0)
    return f"{total / 1000:.1f} s" if total >= 1000 else f"{total:.0f} ms"
