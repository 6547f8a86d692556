"""Words of papers and answers -> safe HTML: everything escaped, math as MathML, quotes marked in place.

Knows: how LaTeX looks inside an abstract, what is an amount of money rather than a formula, where a mark
starts and ends. Does not know: answers, cards, colours. What it returns may be put into a page as it is.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from html import escape
from xml.etree import ElementTree

_MATHML = "http://www.w3.org/1998/Math/MathML"
# Commands such as \href and \style become attributes; only these may reach the page.
_ATTRIBUTES = frozenset(
    {"display", "mathvariant", "stretchy", "accent", "linethickness", "fence", "separator"}
)
_ELEMENTS = frozenset(
    {
        "math",
        "mrow",
        "mi",
        "mn",
        "mo",
        "mtext",
        "mspace",
        "msub",
        "msup",
        "msubsup",
        "mfrac",
        "msqrt",
        "mroot",
    }
    | {"munder", "mover", "munderover", "mtable", "mtr", "mtd", "mstyle", "mpadded", "mphantom", "menclose"}
)
_SPECIAL = re.compile(
    r"\$\$(?P<display>[^$]{1,800})\$\$"
    r"|\$(?P<dollar>[^\s$](?:[^$\n]{0,300}[^\s$])?)\$(?!\d)"
    r"|\\\((?P<round>.{1,400}?)\\\)|\\\[(?P<square>.{1,800}?)\\\]"
    r"|\\url\{(?P<url>https?://[^\s{}]+)\}?"
    r"|(?P<link>https?://[^\s<>\"{}|\\^`]+)"
    r"|\\(?P<style>textbf|textit|emph|text|texttt|textsc)\{(?P<styled>[^{}]*)\}"
    r"|\\(?P<char>[%$&_#{}])"
    r"|\*\*(?P<bold>[^*\n]{1,200})\*\*",
    re.DOTALL,
)
_PLAIN_FORMULA = re.compile(r"[A-Za-z0-9.,()+\-*/|'!:]{1,16}")
_STYLES = {"textbf": "strong", "textit": "em", "emph": "em", "texttt": "code"}
URL = re.compile(r"https?://[^\s<>\"{}|\\^`]+")


@dataclass(frozen=True, slots=True)
class Mark:
    """A run of characters to highlight; `key` finds it again (several marks may share characters)."""

    start: int
    end: int
    key: str


@dataclass(frozen=True, slots=True)
class _Piece:
    start: int
    end: int
    html: str


def prose(text: str, marks: Sequence[Mark] = ()) -> str:
    """`text` as safe HTML with `marks` around their characters.

    A formula or link that a mark touches is marked whole. A mark's key is one of the words of `data-marks`,
    so that one quote may be several elements and one element may carry several quotes."""
    cuts = {0, len(text), *(mark.start for mark in marks), *(mark.end for mark in marks)}
    pieces = _pieces(text)
    inside = {cut for cut in cuts if any(piece.start < cut < piece.end for piece in pieces)}
    edges = {edge for piece in pieces for edge in (piece.start, piece.end)}
    special = {piece.start: piece for piece in pieces}
    places = sorted(cuts - inside | edges)
    runs: list[tuple[str, str]] = []
    for start, end in itertools.pairwise(places):
        piece = special.get(start)
        html = piece.html if piece else escape(text[start:end], quote=False)
        keys = " ".join(mark.key for mark in marks if mark.start < end and start < mark.end)
        if runs and runs[-1][0] == keys:
            runs[-1] = (keys, runs[-1][1] + html)
        else:
            runs.append((keys, html))
    shown = (f'<mark data-marks="{escape(keys)}">{html}</mark>' if keys else html for keys, html in runs)
    return "".join(shown)


def first_link(text: str, *, among: str = "") -> str:
    """The first web address in `text` that contains `among`, or ""."""
    found = (match.group().rstrip(".,;:)'") for match in URL.finditer(text))
    return next((address for address in found if among in address), "")


def _pieces(text: str) -> list[_Piece]:
    found = (_piece(match) for match in _SPECIAL.finditer(text))
    return [piece for piece in found if piece is not None]


def _piece(match: re.Match[str]) -> _Piece | None:
    start, end = match.span()
    kind = match.lastgroup or ""
    value = match[kind]
    if kind == "dollar" and not _is_formula(value):
        return None
    if kind in ("display", "dollar", "round", "square"):
        return _Piece(start, end, mathml(value, block=kind in ("display", "square")))
    if kind in ("url", "link"):
        address = value.rstrip(".,;:)'")
        return _Piece(start, end - len(value) + len(address) if kind == "link" else end, _link(address))
    if kind == "styled":
        tag = _STYLES.get(match["style"], "span")
        return _Piece(start, end, f"<{tag}>{escape(value)}</{tag}>")
    if kind == "bold":
        return _Piece(start, end, f"<strong>{escape(value)}</strong>")
    return _Piece(start, end, escape(value))


def _is_formula(value: str) -> bool:
    """`$n$` and `$\\pi$` are formulas; what lies between two amounts ("$5 and US$") is not."""
    return bool(re.search(r"[\\^_=<>]", value) or _PLAIN_FORMULA.fullmatch(value))


def _link(address: str) -> str:
    safe = escape(address, quote=True)
    return f'<a href="{safe}" target="_blank" rel="noopener noreferrer">{safe}</a>'


@lru_cache(maxsize=4096)
def mathml(latex: str, *, block: bool = False) -> str:
    """A formula as MathML, which browsers draw and screen readers read; its source when it cannot be read."""
    source = f'<code class="formula">{escape(latex)}</code>'
    try:
        from latex2mathml.converter import convert

        tree = ElementTree.fromstring(convert(latex, display="block" if block else "inline"))
    except Exception:  # noqa: BLE001  # any text may stand between two dollar signs
        return source
    for element in tree.iter():
        name = element.tag.removeprefix(f"{{{_MATHML}}}")
        if name not in _ELEMENTS:
            return source
        element.tag = name
        element.attrib = {key: value for key, value in element.attrib.items() if key in _ATTRIBUTES}
    tree.set("aria-label", latex)
    return ElementTree.tostring(tree, encoding="unicode")
