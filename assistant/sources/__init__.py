"""Source file -> papers, and what was skipped and why.

Knows which formats there are and which file holds which. One module per format turns text into records;
`reading` turns records into papers with their identity. Does not know the catalogue or the indexes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from assistant.domain import Skipped
from assistant.errors import SourceError
from assistant.sources.bibtex import bibtex_records
from assistant.sources.jsonl import jsonl_records
from assistant.sources.page import page_records
from assistant.sources.reading import Reading, Record, assemble, merge
from assistant.sources.ris import ris_records
from assistant.sources.table import table_records
from assistant.sources.text import Line, SourceLines

__all__ = [
    "FORMATS",
    "Reading",
    "Record",
    "discover",
    "is_regular_file",
    "merge",
    "read_source",
    "records_of",
]

FORMATS: dict[str, Callable[[str, Iterable[Line]], Iterator[Record | Skipped]]] = {
    ".txt": page_records,
    ".jsonl": jsonl_records,
    ".csv": table_records,
    ".tsv": table_records,
    ".bib": bibtex_records,
    ".ris": ris_records,
}


def discover(data_dir: Path) -> list[Path]:
    """The source files that lie directly in `data_dir`, by name; hidden files are not sources.

    Raises:
        SourceError: the folder cannot be looked into.
    """
    try:
        found = [path for path in data_dir.iterdir() if path.suffix.lower() in FORMATS]
    except (FileNotFoundError, NotADirectoryError):
        return []
    except OSError as error:
        raise SourceError(
            f"Cannot look into the folder {data_dir}: {error.strerror}. Check the path and its permissions."
        ) from error
    return sorted(path for path in found if not path.name.startswith(".") and is_regular_file(path))


def is_regular_file(path: Path) -> bool:
    """Whether `path` is a file that ends: reading from a pipe or a device can wait for ever."""
    try:
        return path.is_file()
    except OSError:
        return False


def records_of(path: Path, source: str) -> Callable[[str, Iterable[Line]], Iterator[Record | Skipped]]:
    """What reads files of this kind.

    Raises:
        SourceError: the kind is unknown.
    """
    records = FORMATS.get(path.suffix.lower())
    if records is None:
        raise SourceError(f"{source}: unknown kind of file. Known: {', '.join(FORMATS)}.")
    return records


def read_source(path: Path, *, name: str = "") -> Reading:
    """The papers of one file; `name` is what its papers and reports call it (default: the file name).

    Raises:
        SourceError: the file is missing, of an unknown kind, not text, or holds no papers.
    """
    source = name or path.name
    records = records_of(path, source)
    lines = SourceLines(path, source)
    reading = assemble(source, _with_remarks(records(source, lines), lines))
    if not reading.papers and not reading.skipped:
        raise SourceError(f"{source} is empty. Put papers (a title and an abstract each) into it.")
    if not reading.papers:
        reasons = "; ".join(f"line {item.line}: {item.reason}" for item in reading.skipped[:3])
        raise SourceError(f"{source} holds no paper with a title and an abstract. {reasons}")
    return reading


def _with_remarks(records: Iterator[Record | Skipped], lines: SourceLines) -> Iterator[Record | Skipped]:
    """The remarks are complete only when the lines have been walked."""
    yield from records
    yield from lines.remarks
