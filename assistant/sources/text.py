"""File -> text and numbered lines.

Knows encodings, byte order marks and line ends. Does not know what the text means.
"""

from __future__ import annotations

import codecs
import re
from pathlib import Path

from assistant.domain import Skipped
from assistant.errors import SourceError

_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def read_text(path: Path, source: str) -> tuple[str, list[Skipped]]:
    """The text of `path`, and a remark where it is not UTF-8.

    Raises:
        SourceError: the file cannot be read or is not text.
    """
    try:
        raw = path.read_bytes()
    except OSError as error:
        reason = error.strerror or error
        raise SourceError(f"Cannot read {source}: {reason}. Check the path and its permissions.") from error
    encoding = next((name for mark, name in _BYTE_ORDER_MARKS if raw.startswith(mark)), "utf-8")
    try:
        return raw.decode(encoding), []
    except UnicodeDecodeError as error:
        if b"\x00" in raw[:4096]:
            raise SourceError(f"{source} is not a text file. Save it as UTF-8 text.") from error
        line = raw.count(b"\n", 0, error.start) + 1
        # Every byte means something in latin-1 terms, so that this cannot fail a second time.
        text = raw.decode("cp1252", errors="replace")
        shown = text.split("\n")[line - 1].strip()[:80]
        reason = "not UTF-8 from here on; the file was read as Windows-1252, so accents may be wrong"
        return text, [Skipped(source, line, shown, reason)]


def numbered_lines(text: str) -> list[tuple[int, str]]:
    """Lines with their numbers from 1, without line ends (any of the three kinds)."""
    return list(enumerate(re.split(r"\r\n|\n|\r", text), start=1))
