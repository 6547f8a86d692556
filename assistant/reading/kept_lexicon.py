"""The lexicon of a collection, kept beside its index: reading 150,000 papers for it takes minutes.

Knows: the file, and when it no longer fits the catalogue. Does not know: what is in a lexicon. A file that is
missing, foreign or damaged is made again; one that cannot be written is done without.
"""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Container
from dataclasses import fields
from pathlib import Path
from typing import Any

from assistant.catalogue import Catalogue
from assistant.reading.lexicon import Lexicon

# Smaller collections are read again in less time than it takes to explain a file.
KEPT_FROM = 500
# Changes when what is read from papers changes.
RECIPE = "lexicon-2"


def lexicon_of(catalogue: Catalogue, folder: Path, english: Container[str]) -> Lexicon:
    """The lexicon of all papers: from the file in `folder` where it fits, read from the papers otherwise."""
    if len(catalogue) < KEPT_FROM:
        return Lexicon.of(catalogue.papers(), english)
    path, stamp = folder / "lexicon.json", f"{RECIPE} {catalogue.version}"
    kept = _read(path, stamp, english)
    if kept is None:
        kept = Lexicon.of(catalogue.papers(), english)
        _write(path, stamp, kept)
    return kept


def _read(path: Path, stamp: str, english: Container[str]) -> Lexicon | None:
    try:
        row: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        if row.pop("stamp") != stamp:
            return None
        for name in ("titled", "owners", "mentions"):
            row[name] = {key: tuple(ids) for key, ids in row[name].items()}
        return Lexicon(**row | {"plain": frozenset(row["plain"]), "english": english})
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None


def _write(path: Path, stamp: str, lexicon: Lexicon) -> None:
    row = {item.name: getattr(lexicon, item.name) for item in fields(lexicon) if item.name != "english"}
    fresh = path.with_name(f"lexicon.{os.getpid()}.fresh")
    with contextlib.suppress(OSError):
        fresh.write_text(json.dumps(row | {"plain": sorted(lexicon.plain), "stamp": stamp}), encoding="utf-8")
        fresh.replace(path)
