"""CSV and TSV -> records: a header line with a title and an abstract column, then a paper per row.

Knows delimiters and quoting. What the columns mean is in `jsonl`, because the names are the same.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

from assistant.domain import Skipped
from assistant.errors import SourceError
from assistant.sources.jsonl import ABSTRACT_NAMES, TITLE_NAMES, record_of
from assistant.sources.reading import Record


def table_records(source: str, text: str) -> Iterator[Record | Skipped]:
    """One record per row.

    Raises:
        SourceError: there is no column for titles or none for abstracts.
    """
    first = text.lstrip().split("\n", 1)[0]
    delimiter = max(",;\t|", key=first.count)
    rows = csv.reader(io.StringIO(text.replace("\x00", ""), newline=""), delimiter=delimiter)
    header: list[str] = []
    while True:
        line = rows.line_num + 1
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
