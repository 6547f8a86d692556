"""What visitors say about answers -> lines of a file beside the index.

Knows: the reasons there are and what a line holds. Does not know who said it:
nothing about a visitor is kept.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

REASONS = ("good", "wrong citation", "missed a paper", "other")
LARGEST_FILE = 20_000_000
_lock = threading.Lock()


def store(folder: Path, row: Mapping[str, Any]) -> bool:
    """Append one judgement; False when it is not one, or the file has grown too large."""
    reason = row.get("reason")
    if reason not in REASONS:
        return False
    line = {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "reason": reason,
        "comment": _text(row.get("comment"), 2000),
        "question": _text(row.get("question"), 4000),
        "answer": row.get("answer") if isinstance(row.get("answer"), Mapping) else None,
    }
    written = json.dumps(line, ensure_ascii=False)
    file = folder / "feedback.jsonl"
    with _lock:
        folder.mkdir(parents=True, exist_ok=True)
        if len(written) > 400_000 or (file.exists() and file.stat().st_size > LARGEST_FILE):
            return False
        with file.open("a", encoding="utf-8") as handle:
            handle.write(written + "\n")
    return True


def _text(value: object, longest: int) -> str:
    return value[:longest] if isinstance(value, str) else ""
