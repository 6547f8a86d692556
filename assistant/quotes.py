"""A quotation found again in the abstract it was taken from.

Knows: what models change when they copy (white space, quotation marks, dashes, escapes, case). Does not know:
who quoted, or why. What is found is given as an exact slice of the stored abstract, never as it was quoted.
"""

from __future__ import annotations

import html
import re
import unicodedata

from assistant.domain import Span

# Signs that are treated as one; an empty replacement drops the sign on both sides.
_ALIKE = str.maketrans(
    {
        **dict.fromkeys("‘’‚‛`´′", "'"),
        **dict.fromkeys("“”„‟«»″", '"'),
        **dict.fromkeys("‐‑‒–—―−", "-"),
        "⟦": "[",
        "⟧": "]",
        "‹": "<",
        "…": "...",
        **dict.fromkeys("\\$*_{}", ""),
    }
)
_GAP = re.compile(r"\.{3,}|\[\s*\.{3}\s*\]")
SHORTEST = 8
SHORTEST_FRAGMENT = 12


def locate(quote: str, *, paper_id: str, abstract: str) -> Span | None:
    """The slice of `abstract` that `quote` copies; None when there is none.

    A quote with an ellipsis is found as one slice when its parts stand there in this order."""
    there, places = _folded(abstract)
    parts = [part for part in (_bare(piece) for piece in _GAP.split(_folded(quote)[0])) if part]
    if not parts or len(max(parts, key=len)) < (SHORTEST if len(parts) == 1 else SHORTEST_FRAGMENT):
        return None
    begin, end = -1, 0
    for part in parts:
        at = there.find(part, end)
        if at < 0:
            return None
        begin = at if begin < 0 else begin
        end = at + len(part)
    start, stop = places[begin], places[end - 1] + 1
    return Span(paper_id, start, stop, abstract[start:stop])


def _bare(text: str) -> str:
    """Without the quotation marks and white space around a quotation."""
    return text.strip().strip("\"'").strip().rstrip(".")


def _folded(text: str) -> tuple[str, list[int]]:
    """`text` in one spelling, and for each of its characters the place it came from."""
    if "&" in text and html.unescape(text) != text:
        text = html.unescape(text)
    folded: list[str] = []
    places: list[int] = []
    for place, sign in enumerate(text):
        alike = unicodedata.normalize("NFKC", sign.translate(_ALIKE)).lower()
        if alike.isspace() or unicodedata.category(sign) in ("Cf", "Cc"):
            alike = " " if folded and folded[-1] != " " else ""
        for letter in alike:
            folded.append(letter)
            places.append(place)
    return "".join(folded), places
