"""File -> numbered lines, one at a time, so that a file of any size can be read.

Knows encodings, byte order marks and line ends. Does not know what the lines mean.
"""

from __future__ import annotations

import codecs
import re
import stat
from collections.abc import Iterator
from pathlib import Path

from assistant.domain import Skipped
from assistant.errors import SourceError

Line = tuple[int, str]
# The longer mark first: UTF-32 begins with the mark of UTF-16.
_WIDE_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_PROBE = 65_536


class SourceLines:
    """The lines of a file with their numbers from 1, without line ends of any of the three kinds.

    Can be walked once; `remarks` then says where the file is not UTF-8."""

    def __init__(self, path: Path, source: str) -> None:
        self._path = path
        self._source = source
        self.remarks: list[Skipped] = []

    def __iter__(self) -> Iterator[Line]:
        """Raises:
        SourceError: the file cannot be read or is not text.
        """
        try:
            yield from enumerate(self._decoded(), start=1)
        except OSError as error:
            reason = error.strerror or error
            raise SourceError(
                f"Cannot read {self._source}: {reason}. Check the path and its permissions."
            ) from error

    def _decoded(self) -> Iterator[str]:
        # Reading from a pipe or a device can wait for ever.
        if not stat.S_ISREG(self._path.stat().st_mode):
            raise SourceError(f"{self._source} is not a file. Name a file, or a folder that holds files.")
        with self._path.open("rb") as handle:
            probe = handle.read(_PROBE)
            handle.seek(len(codecs.BOM_UTF8) if probe.startswith(codecs.BOM_UTF8) else 0)
            wide = next((name for mark, name in _WIDE_MARKS if probe.startswith(mark)), "")
            if wide:
                yield from re.split(r"\r\n|\n|\r", handle.read().decode(wide, errors="replace"))
                return
            if b"\x00" in probe:
                number = 1 + len(re.findall(rb"\r\n|\n|\r", probe[: probe.index(0)]))
                raise SourceError(
                    f"{self._source} is not a text file (line {number} holds a NUL byte). "
                    "Save it as UTF-8 text."
                )
            number = 0
            for raw in handle:
                for part in re.split(rb"\r\n|\n|\r", raw.removesuffix(b"\n").removesuffix(b"\r")):
                    number += 1
                    yield self._text(number, part)

    def _text(self, number: int, raw: bytes) -> str:
        try:
            return raw.decode("utf-8")
        except UnicodeDecodeError:
            text = raw.decode("cp1252", errors="replace")
        if not self.remarks:
            reason = "not UTF-8; such lines were read as Windows-1252, so accents may be wrong"
            self.remarks.append(Skipped(self._source, number, text.strip(), reason))
        return text
