"""Records -> papers: what a paper is at least, who it is, and when two are one.

Knows identity (the title, then title and abstract) and duplicates. Does not know file formats.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from assistant.domain import Paper, Skipped, digest
from assistant.sources.markup import readable

LONGEST_ABSTRACT = 20_000
LONGEST_TITLE = 1_000
_SHOWN = 120
_WORD = re.compile(r"[^\W_]")


@dataclass(frozen=True, slots=True)
class Record:
    """What a format found for one paper, before it is checked."""

    line: int
    title: str
    abstract: str
    authors: tuple[str, ...] = ()
    year: int | None = None
    venue: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class Reading:
    """What one or more source files gave."""

    papers: tuple[Paper, ...]
    skipped: tuple[Skipped, ...]


def normalised_title(title: str) -> str:
    """The title as far as it tells papers apart: letters and digits, without case or accents' encoding."""
    folded = unicodedata.normalize("NFKC", title).casefold()
    return " ".join(re.findall(r"\w+", folded)) or folded.strip()


def paper_id(title: str, abstract: str = "") -> str:
    """12 hex digits from the normalised title; with `abstract`, from both."""
    return digest(normalised_title(title), *([abstract] if abstract else []), length=12)


def year_in(text: object) -> int | None:
    """The first year of this or the last century in `text`."""
    found = re.search(r"\b(19|20)\d\d\b", str(text or ""))
    return int(found[0]) if found else None


def assemble(source: str, records: Iterable[Record | Skipped]) -> Reading:
    """The papers among the records of one file, and everything that was not stored, by line."""
    papers: list[Paper] = []
    skipped: list[Skipped] = []
    for record in records:
        if isinstance(record, Skipped):
            skipped.append(replace(record, text=record.text[:_SHOWN]))
            continue
        paper = _paper(source, record)
        reason = _fault(paper)
        if reason:
            skipped.append(Skipped(source, record.line, (paper.title or paper.abstract)[:_SHOWN], reason))
        else:
            papers.append(paper)
    reading = _identified(papers)
    by_line = sorted([*skipped, *reading.skipped], key=lambda item: item.line)
    return Reading(reading.papers, tuple(by_line))


def merge(readings: Sequence[Reading]) -> Reading:
    """Several files as one collection: a paper that stands in two of them counts once."""
    if len(readings) == 1:
        return readings[0]
    reading = _identified([paper for reading in readings for paper in reading.papers])
    return Reading(reading.papers, (*(item for part in readings for item in part.skipped), *reading.skipped))


def _identified(papers: Iterable[Paper]) -> Reading:
    kept: dict[str, Paper] = {}
    skipped: list[Skipped] = []
    for paper in papers:
        mine = paper_id(paper.title)
        first = kept.get(mine)
        mine = paper_id(paper.title, paper.abstract) if first else mine
        if first and (mine in kept or _same_words(first.abstract, paper.abstract)):
            reason = f"the same paper stands in {first.source} line {first.line}"
            skipped.append(Skipped(paper.source, paper.line, paper.title[:_SHOWN], reason))
        else:
            kept[mine] = paper if paper.paper_id == mine else replace(paper, paper_id=mine)
    return Reading(tuple(kept.values()), tuple(skipped))


def _same_words(one: str, other: str) -> bool:
    return one.split() == other.split()


def _paper(source: str, record: Record) -> Paper:
    return Paper(
        paper_id="",
        title=" ".join(readable(record.title).split()),
        abstract=readable(record.abstract),
        source=source,
        line=record.line,
        authors=tuple(name for author in record.authors if (name := " ".join(readable(author).split()))),
        year=record.year,
        venue=" ".join(readable(record.venue).split()),
        url=readable(record.url),
    )


def _fault(paper: Paper) -> str:
    """Why this is not a paper; empty when it is one. Signs alone are no words."""
    has_title, has_abstract = bool(_WORD.search(paper.title)), bool(_WORD.search(paper.abstract))
    if not has_title:
        return "an abstract without a title" if has_abstract else "neither a title nor an abstract"
    if not has_abstract:
        return "a title without an abstract"
    if len(paper.abstract) > LONGEST_ABSTRACT:
        return f"{len(paper.abstract):,} characters: too long for an abstract (at most {LONGEST_ABSTRACT:,})"
    if len(paper.title) > LONGEST_TITLE:
        return f"{len(paper.title):,} characters: too long for a title (at most {LONGEST_TITLE:,})"
    return ""
