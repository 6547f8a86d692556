"""RIS -> records (what Zotero, EndNote and most publishers export).

Knows the tags. Does not know what a paper needs at least.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from assistant.domain import Skipped
from assistant.sources.jsonl import identifier_url
from assistant.sources.reading import Record, year_in
from assistant.sources.text import Line

_TAG = re.compile(r"([A-Z][A-Z0-9])\s{1,2}-(?:\s(.*))?$")


def ris_records(source: str, lines: Iterable[Line]) -> Iterator[Record | Skipped]:
    """One record per TY … ER block; a block that is not closed still counts."""
    start, tag = 0, ""
    fields: dict[str, list[str]] = {}
    for line, words in lines:
        found = _TAG.match(words.strip())
        if found is None:
            if fields:
                fields[tag][-1] += " " + words.strip()
            elif words.strip():
                yield Skipped(source, line, words, "text outside a record")
            continue
        tag = found[1]
        if tag in {"TY", "ER"} and fields:
            yield _record(start, fields)
            fields = {}
        if tag != "ER":
            start = start if fields else line
            fields.setdefault(tag, []).append((found[2] or "").strip())
    if fields:
        yield _record(start, fields)


def _record(line: int, fields: dict[str, list[str]]) -> Record:
    def first(*tags: str) -> str:
        return next((value for tag in tags for value in fields.get(tag, ()) if value), "")

    return Record(
        line=line,
        title=first("TI", "T1", "CT"),
        abstract=first("AB", "N2"),
        authors=tuple(name for tag in ("AU", "A1") for name in fields.get(tag, ()) if name),
        year=year_in(first("PY", "Y1", "DA")),
        venue=first("JO", "T2", "JF", "JA", "BT"),
        url=first("UR", "L1") or identifier_url({"doi": first("DO")}),
    )
