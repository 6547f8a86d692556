"""JSON lines -> rows, with the file and line in every error. Does not know: what the rows mean."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from assistant.errors import EvaluationError


def read_rows(path: Path, *, needed: tuple[str, ...]) -> list[dict[str, Any]]:
    """Every row of `path`; blank lines are left out.

    Raises:
        EvaluationError: unreadable, no rows, a line that is no object or has no text for one of `needed`.
    """
    rows = [_row(line, path, number, needed) for number, line in lines_of(path)]
    if not rows:
        raise EvaluationError(f"{path} holds no rows; each line must be an object with {', '.join(needed)}.")
    return rows


def lines_of(path: Path) -> Iterator[tuple[int, str]]:
    """The lines of `path` that hold something, with their numbers from 1.

    Raises:
        EvaluationError: the file is missing or not UTF-8.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise EvaluationError(f"{path} cannot be read: {error.strerror or error}.") from error
    except UnicodeDecodeError as error:
        raise EvaluationError(f"{path} cannot be read: it is not UTF-8 text (byte {error.start}).") from error
    for number, line in enumerate(text.split("\n"), start=1):
        if line.strip():
            yield number, line.rstrip("\r")


def texts(row: Mapping[str, Any], name: str) -> tuple[str, ...]:
    """The list of texts under `name`; empty when it is missing or null.

    Raises:
        EvaluationError: something else stands there.
    """
    value = row.get(name) or ()
    if not isinstance(value, list | tuple) or not all(isinstance(item, str) for item in value):
        raise EvaluationError(f'Row {row.get("id", "?")}: "{name}" must be a list of texts.')
    return tuple(value)


def _row(line: str, path: Path, number: int, needed: tuple[str, ...]) -> dict[str, Any]:
    try:
        row = json.loads(line)
    except (ValueError, RecursionError) as error:
        reason = getattr(error, "msg", "nested too deep, or a number of too many digits")
        raise EvaluationError(f"{path}, line {number} is not JSON: {reason}.") from error
    missing = [name for name in needed if not isinstance(row, dict) or name not in row]
    if missing:
        raise EvaluationError(f"{path}, line {number} lacks {', '.join(missing)}.")
    odd = [name for name in needed if not isinstance(row[name], str | int | float)]
    if odd:
        raise EvaluationError(f"{path}, line {number}: {', '.join(odd)} must be text.")
    return dict(row)
