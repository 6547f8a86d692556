"""JSON lines -> records, and what rows of named fields mean (shared with tables).

Knows the usual names of fields. Does not know what a paper needs at least.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping

from assistant.domain import Skipped
from assistant.sources.reading import Record, year_in
from assistant.sources.text import Line

TITLE_NAMES = ("title", "paper_title", "name")
ABSTRACT_NAMES = ("abstract", "text", "summary", "paperabstract", "description")
_AUTHOR_NAMES = ("authors", "author", "creators")
_YEAR_NAMES = ("year", "date", "published", "publication_date", "publicationdate")
_VENUE_NAMES = ("venue", "journal", "booktitle", "conference", "publisher")
_URL_NAMES = ("url", "link", "pdf_url")


def jsonl_records(source: str, lines: Iterable[Line]) -> Iterator[Record | Skipped]:
    """One record per line that holds a JSON object."""
    for line, words in lines:
        if not words.strip():
            continue
        try:
            row = json.loads(words)
        except RecursionError:
            yield Skipped(source, line, words, "not JSON (nested too deep)")
        except ValueError as error:
            reason = getattr(error, "msg", "a number of too many digits")
            hint = "; an object must stand on one line" if words.strip() in {"[", "{"} else ""
            yield Skipped(source, line, words, f"not JSON ({reason}{hint})")
        else:
            if isinstance(row, dict):
                yield record_of(line, row)
            else:
                yield Skipped(source, line, words, "not a JSON object with title and abstract")


def record_of(line: int, row: Mapping[str, object]) -> Record:
    """A record from a row of named fields; names count without case."""
    fields = {str(name).strip().casefold(): value for name, value in row.items() if value is not None}
    return Record(
        line=line,
        title=_first(fields, TITLE_NAMES),
        abstract=_first(fields, ABSTRACT_NAMES),
        authors=_people(next((fields[name] for name in _AUTHOR_NAMES if fields.get(name)), ())),
        year=year_in(_first(fields, _YEAR_NAMES)),
        venue=_first(fields, _VENUE_NAMES),
        url=_first(fields, _URL_NAMES) or identifier_url(fields),
    )


def identifier_url(fields: Mapping[str, object]) -> str:
    """A link from a DOI or an arXiv number."""
    doi = str(fields.get("doi") or "").strip()
    arxiv = str(fields.get("arxiv_id") or fields.get("arxiv") or fields.get("eprint") or "").strip()
    if doi:
        return doi if doi.startswith("http") else f"https://doi.org/{doi}"
    is_arxiv = re.fullmatch(r"\d{4}\.\d{4,5}(v\d+)?|[a-z-]+(\.[A-Z]{2})?/\d{7}", arxiv)
    return f"https://arxiv.org/abs/{arxiv}" if is_arxiv else ""


def _first(fields: Mapping[str, object], names: tuple[str, ...]) -> str:
    values = (str(fields[name]).strip() for name in names if _says_something(fields.get(name)))
    return next((value for value in values if value), "")


def _says_something(value: object) -> bool:
    """Text or a number; what stands for "no value" elsewhere (false, NaN) is no title."""
    return isinstance(value, str | int | float) and not isinstance(value, bool) and value == value


def _people(value: object) -> tuple[str, ...]:
    if isinstance(value, str):
        parts = re.split(r";|\s+and\s+", value) if re.search(r";|\s+and\s+", value) else value.split(",")
        return tuple(part.strip() for part in parts if part.strip())
    if isinstance(value, (list, tuple)):
        names = (_name(item) if isinstance(item, dict) else item for item in value)
        return tuple(name.strip() for name in names if isinstance(name, str) and name.strip())
    return ()


def _name(person: Mapping[str, object]) -> object:
    parts = (person.get("given"), person.get("family"))
    return person.get("name") or " ".join(part for part in parts if isinstance(part, str))
