"""CSV and TSV -> records: a header line with a title and an abstract column, then a paper per row.

Knows delimiters and quoting. What the columns mean is in `jsonl`, because the names are the same.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from itertools import chain, dropwhile

from assistant.domain import Skipped
from assistant.errors import SourceError
from assistant.sources.jsonl import ABSTRACT_NAMES, TITLE_NAMES, record_of
from assistant.sources.reading import Record
from assistant.sources.text import Line


def table_records(source: str, lines: Iterable[Line]) -> Iterator[Record | Skipped]:
    """One record per row.

    Raises:
        SourceError: there is no column for titles or none for abstracts.
    """
    walk = dropwhile(lambda item: not item[1].strip(), lines)
    first_line, first = next(walk, (1, ""))
    texts = (words.replace("\x00", "") + "\n" for _, words in chain([(0, first)], walk))
    rows = csv.reader(texts, delimiter=max(",;\t|", key=first.count))
    header: list[str] = []
    while True:
        line = rows.line_num + first_line
        try:
            row = next(rows, None)
        except csv.Error as error:
            yield Skipped(source, line, "", f"not a readable row ({error})")
            continue
        if row is None:
            return
        if not any(cell.strip() for cell in row):
            continue
        if not header:
            header = _header(source, row)
        elif len(row) > len(header):
            yield Skipped(source, line, row[0], f"{len(row)} cells where the header has {len(header)}")
        else:
            yield record_of(line, dict(zip(header, row, strict=False)))


def _header(source: str, row: list[str]) -> list[str]:
    names = [cell.strip().casefold() for cell in row]
    if not set(names) & set(TITLE_NAMES) or not set(names) & set(ABSTRACT_NAMES):
        raise SourceError(
            f"{source}: the first line must name the columns, a 'title' and an 'abstract' among them; "
            f"it names {', '.join(names)[:200]!r}."
        )
    return names
