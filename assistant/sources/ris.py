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

_TAG = re.compile(r"([A-Z][A-Z0-9])(\s{0,3})-(?:\s(.*))?$")
# Tags that count with any space before the dash; "AI - " at the start of a line may be a part of an abstract.
_KNOWN = re.compile(
    r"A[1-4BDNUV]|BT|C[1-8NTY]|D[ABOP]|E[DPRT]|I[DS]|J[12AFO]|KW|L[1-4ABK]|M[1-3]|N[12]|P[BPY]|R[NP]|S[ENP]|ST"
    r"|T[1-3AITY]|U[1-5R]|V[LO]|Y[12]"
)


def ris_records(source: str, lines: Iterable[Line]) -> Iterator[Record | Skipped]:
    """One record per TY … ER block; a block that is not closed still counts."""
    start, tag = 0, ""
    fields: dict[str, list[str]] = {}
    for line, words in lines:
        found = _tag(words)
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
            fields.setdefault(tag, []).append((found[3] or "").strip())
    if fields:
        title = next((fields[name][0] for name in ("TI", "T1") if name in fields), "")
        reason = 'a last record without "ER"; the file may be cut off'
        yield Skipped(source, start, title, reason)
        yield _record(start, fields)


def _tag(words: str) -> re.Match[str] | None:
    found = _TAG.match(words.strip())
    return found if found and (len(found[2]) == 2 or _KNOWN.fullmatch(found[1])) else None


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
