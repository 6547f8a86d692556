"""CSV and TSV -> records: a header line with a title and an abstract column, then a paper per row.

Knows delimiters and quoting. What the columns mean is in `jsonl`, because the names are the same.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, dropwhile

from assistant.domain import Skipped
from assistant.errors import SourceError
from assistant.sources.jsonl import ABSTRACT_NAMES, TITLE_NAMES, record_of
from assistant.sources.reading import Record
from assistant.sources.text import Line

# What Excel writes above the header to name the delimiter.
_DELIMITER = re.compile(r"(?i)\"?sep=(.)\"?[,;\s]*")


def table_records(source: str, lines: Iterable[Line]) -> Iterator[Record | Skipped]:
    """One record per row.

    Raises:
        SourceError: there is no column for titles or none for abstracts.
    """
    walk = dropwhile(lambda item: not item[1].strip(), lines)
    first = next(walk, (1, ""))
    if named := _DELIMITER.fullmatch(first[1].strip()):
        first = next(walk, (first[0] + 1, ""))
    delimiter = named[1] if named else max(",;\t|", key=first[1].count)
    header: list[str] = []
    for line, words, row in _rows(chain([first], walk), delimiter):
        if isinstance(row, str):
            yield Skipped(source, line, words, row)
        elif not any(cell.strip() for cell in row):
            continue
        elif not header:
            header = _header(source, row)
        elif len(row) > len(header):
            yield Skipped(source, line, row[0], f"{len(row)} cells where the header has {len(header)}")
        else:
            yield record_of(line, _fields(header, row))


def _rows(lines: Iterator[Line], delimiter: str) -> Iterator[tuple[int, str, list[str] | str]]:
    """Line, its words and the cells of each row, or what is wrong with it. A quotation mark that is never
    closed would take the rest of the file into its row; that line alone is given up."""
    while True:
        feed = _Feed(lines)
        row: list[str] | str | None
        try:
            row = next(csv.reader(feed, delimiter=delimiter), None)
        except csv.Error as error:
            row = f"not a readable row ({error})"
        if row is None:
            return
        if feed.has_ended:
            row = "a quotation mark that is never closed"
        if isinstance(row, str):
            lines = chain(feed.taken[1:], lines)
        yield *feed.taken[0], row


class _Feed:
    """The lines of one row, as the reader of rows takes them. `has_ended` when it wanted more than there are,
    which it does, once it has a line, only inside quotation marks."""

    def __init__(self, lines: Iterator[Line]) -> None:
        self._lines = lines
        self.taken: list[Line] = []
        self.has_ended = False

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        item = next(self._lines, None)
        if item is None:
            self.has_ended = True
            raise StopIteration
        self.taken.append(item)
        return item[1].replace("\x00", "") + "\n"


def _fields(header: Sequence[str], row: Sequence[str]) -> dict[str, str]:
    """The cells by column; of columns with the same name, the first that is filled counts."""
    fields: dict[str, str] = {}
    for name, cell in zip(header, row, strict=False):
        if not fields.get(name, "").strip():
            fields[name] = cell
    return fields


def _header(source: str, row: list[str]) -> list[str]:
    names = [cell.strip().casefold() for cell in row]
    if not set(names) & set(TITLE_NAMES) or not set(names) & set(ABSTRACT_NAMES):
        raise SourceError(
            f"{source}: the first line must name the columns, a 'title' and an 'abstract' among them; "
            f"it names {', '.join(names)[:200]!r}."
        )
    return names
