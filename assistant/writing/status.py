"""The line by which the model says that it has no answer, taken out of the stream before anybody sees it.

Knows: "STATUS: not_in_abstract" and how models write it. Does not know: what follows from a status. Text is
held back only at the start of a line, and only while it could still become a status line.
"""

from __future__ import annotations

import re

from assistant.domain import Status

STATUSES: dict[str, Status] = {
    "answered": "answered",
    "partial": "partial",
    "not_in_abstract": "not_in_abstract",
    "not_in_collection": "not_in_collection",
    "declined": "declined",
    "small_talk": "small_talk",
}
_NAMES = "|".join(name.replace("_", r"[\s_-]?") for name in STATUSES)
# "STATUS: x", also in bold, quoted or as code; or the bare name of a giving-up status on a line of its own.
_LINE = re.compile(
    rf"^[\s*_`#>\"'-]*status[\s*_`]*[:=][\s*_`\"']*(?:(?P<name>{_NAMES})\b[\s*_`\"'.:–—-]*|[^\n]*\n?)"
    rf"|^[\s*`\"']*(?P<bare>not_in_abstract|not_in_collection)[\s*`\"'.]*(?:\n|$)",
    re.IGNORECASE,
)
_DECORATION = " \t\r\n*_`#>\"'-"
_BEGINNINGS = ("status", "not_in_abstract", "not_in_collection")
LONGEST_LINE = 90


class StatusReader:
    """`feed` gives back what may be shown; `status` is what the text said of itself so far."""

    def __init__(self) -> None:
        self._held = ""
        self._line_start = True
        self.status: Status = "answered"

    def feed(self, piece: str) -> str:
        """The part of the text so far that can be shown now."""
        shown = ""
        for line in piece.splitlines(keepends=True):
            shown += self._take(line)
        return shown

    def finish(self) -> str:
        """What is left at the end of the text."""
        held, self._held = self._held, ""
        return self._without_status(held)

    def _take(self, part: str) -> str:
        if not self._line_start:
            self._line_start = part.endswith("\n")
            return part
        self._held += part
        if not self._held.endswith("\n") and _may_become_status(self._held):
            return ""
        held, self._held = self._held, ""
        self._line_start = held.endswith("\n")
        return self._without_status(held)

    def _without_status(self, line: str) -> str:
        match = _LINE.match(line)
        if not match:
            return line
        name = re.sub(r"[\s-]", "_", (match["name"] or match["bare"] or "answered").lower())
        # The first word counts; a later line cannot turn an abstention into an answer.
        if self.status == "answered":
            self.status = STATUSES.get(name.replace("notin", "not_in"), "answered")
        rest = line[match.end() :]
        self._line_start = not rest or rest.endswith("\n")
        return rest


def _may_become_status(line: str) -> bool:
    """Whether `line`, still growing, could turn out to be a status line."""
    bare = line.lstrip(_DECORATION).lower()
    if len(line) > LONGEST_LINE:
        return False
    if any(beginning.startswith(bare) for beginning in _BEGINNINGS):
        return True
    after = bare.removeprefix("status").lstrip(" *_`")
    is_status = bare.startswith("status") and (not after or after[0] in ":=")
    return is_status or bare.rstrip(" *`\"'.") in _BEGINNINGS
