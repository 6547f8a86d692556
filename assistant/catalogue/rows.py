"""Papers as rows of the catalogue, and whether the rows are what was stored.

Knows columns and hashes. Does not know transactions or files.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from typing import Any

from assistant.domain import Paper, digest

COLUMNS = "paper_id, title, abstract, source, line, authors, year, venue, url"
UPSERT = (
    "INSERT INTO paper (paper_id, position, title, abstract, source, line, authors, year, venue, url, hash)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (paper_id) DO UPDATE SET"
    " position = excluded.position, title = excluded.title, abstract = excluded.abstract,"
    " source = excluded.source, line = excluded.line, authors = excluded.authors, year = excluded.year,"
    " venue = excluded.venue, url = excluded.url, hash = excluded.hash"
)


def to_row(paper: Paper, position: int) -> tuple[object, ...]:
    """The values for `UPSERT`."""
    authors = json.dumps(paper.authors, ensure_ascii=False)
    shown = (
        paper.title,
        paper.abstract,
        paper.source,
        paper.line,
        authors,
        paper.year,
        paper.venue,
        paper.url,
    )
    return (paper.paper_id, position, *shown, paper.content_hash)


def to_paper(row: Sequence[Any]) -> Paper:
    """A paper from the values of `COLUMNS`."""
    paper_id, title, abstract, source, line, authors, year, venue, url = row
    names = tuple(json.loads(authors)) if authors != "[]" else ()
    return Paper(paper_id, title, abstract, source, line, names, year, venue, url)


def content_version(connection: sqlite3.Connection) -> str:
    """Changes exactly when a paper, or the order of papers, changes."""
    rows = connection.execute("SELECT paper_id || hash FROM paper ORDER BY position")
    return digest(*(row[0] for row in rows), length=16)


def fault(connection: sqlite3.Connection) -> str:
    """What is wrong with the stored papers; empty when they are what was stored."""
    stored = connection.execute("SELECT value FROM meta WHERE name = 'version'").fetchone()
    if stored and stored[0] != content_version(connection):
        return "its papers do not match its version"
    for row in connection.execute(f"SELECT {COLUMNS}, hash FROM paper"):
        if to_paper(row[:-1]).content_hash != row[-1]:
            return f"the text of paper {row[0]} was altered"
    return ""
