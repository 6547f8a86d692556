"""BibTeX -> records.

Knows entries, nested braces, quoted and joined values, @string names and the LaTeX accents found in names.
Own parser: the fields of an entry are wanted, not its typography, and a broken entry must not end the file.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator

from assistant.domain import Skipped
from assistant.sources.jsonl import identifier_url
from assistant.sources.reading import Record, year_in
from assistant.sources.text import Line

_ENTRY = re.compile(r"^[ \t]*(@\s*(\w+)\s*[{(])", re.MULTILINE)
_NEXT_ENTRY = re.compile(r"[\s,]*(@\s*(\w+)\s*[{(])")
# Lines of a value may look like the start of an entry; a broken entry must not swallow the file.
_STARTS_PASSED = 3
_BRACES = re.compile(r"\\.|[{}]", re.DOTALL)
_FIELD = re.compile(r"(?:[\s,]|%[^\n]*\n)*([^\W_][\w:.+/-]*)\s*=\s*")
_LATER_FIELD = re.compile(r",\s*(?=[A-Za-z]\w*\s*=\s*[{\"\w])")
_ACCENTS = {"'": "\u0301", "`": "\u0300", "^": "\u0302", '"': "\u0308", "~": "\u0303", "=": "\u0304"}
_ACCENTS |= {
    ".": "\u0307",
    "c": "\u0327",
    "v": "\u030c",
    "u": "\u0306",
    "H": "\u030b",
    "r": "\u030a",
    "k": "\u0328",
}
_LETTERS = {"ss": "ß", "o": "ø", "O": "Ø", "l": "ł", "L": "Ł", "ae": "æ", "AE": "Æ", "aa": "å", "AA": "Å"}
_LETTERS |= {"i": "i", "j": "j", "oe": "œ", "OE": "Œ"}
_ACCENTED = re.compile(r"\\(?:(['`^\"~=.])\s*|([cvuHrk])(?:\s+|(?=\{)))\{?\\?([A-Za-z])\}?")


def bibtex_records(source: str, lines: Iterable[Line]) -> Iterator[Record | Skipped]:
    """One record per entry; what cannot be read, or not to its end, is reported with its line."""
    text = "\n".join(words for _, words in lines)
    names: dict[str, str] = {}
    line, position = 1, 0
    for start, kind, body, is_closed in _entries(text):
        line, position = line + text.count("\n", position, start), start
        if kind in {"comment", "preamble"}:
            continue
        if not is_closed:
            reason = "an entry that is never closed; it was read as far as it goes"
            yield Skipped(source, line, text[start : start + 80], reason)
        fields = _fields(body if kind == "string" else _without_key(body), names)
        if kind == "string":
            names |= fields
        elif fields:
            yield _record(line, fields)
        else:
            yield Skipped(source, line, text[start : start + 80], f"an @{kind} entry without fields")


def _entries(text: str) -> Iterator[tuple[int, str, str, bool]]:
    """Where each entry starts, its kind, what stands in it, and whether it is closed."""
    position = 0
    while found := _NEXT_ENTRY.match(text, position) or _ENTRY.search(text, position):
        end, is_closed = _end(text, found)
        yield found.start(1), found[2].lower(), text[found.end() : end], is_closed
        position = end + 1 if is_closed else end


def _end(text: str, start: re.Match[str]) -> tuple[int, bool]:
    """The closing brace of an entry; of one that is never closed, where the next one starts."""
    following: list[int] = []
    while len(following) < _STARTS_PASSED and (
        found := _ENTRY.search(text, following[-1] + 1 if following else start.end())
    ):
        following.append(found.start(1))
    first = following[0] if following else len(text)
    if start[0].endswith("("):
        last = text.rfind(")", start.end(), first)
        return (last, True) if last >= 0 else (first, False)
    depth = 1
    stop = following[-1] if len(following) == _STARTS_PASSED else len(text)
    for found in _BRACES.finditer(text, start.end(), stop):
        depth += {"{": 1, "}": -1}.get(found[0], 0)
        if not depth:
            return found.start(), True
    return first, False


def _without_key(body: str) -> str:
    """The fields of an entry; some programs leave out the key before them."""
    key, _, rest = body.partition(",")
    return body if "=" in key else rest


def _record(line: int, fields: dict[str, str]) -> Record:
    def first(*wanted: str) -> str:
        return next((plain(fields[name]) for name in wanted if fields.get(name)), "")

    people = re.split(r"\s+and\s+", fields.get("author", ""))
    return Record(
        line=line,
        title=first("title"),
        abstract=first("abstract"),
        authors=tuple(plain(person) for person in people if person.strip()),
        year=year_in(fields.get("year") or fields.get("date")),
        venue=first("booktitle", "journal", "journaltitle", "school", "publisher"),
        url=fields.get("url", "").strip() or identifier_url(fields),
    )


def _fields(body: str, names: dict[str, str]) -> dict[str, str]:
    fields: dict[str, str] = {}
    position = 0
    while position < len(body):
        if found := _FIELD.match(body, position):
            value, position = _value(body, found.end(), names)
            fields.setdefault(found[1].lower(), value)
        elif later := _LATER_FIELD.search(body, position):
            position = later.end()
        else:
            break
    return fields


def _value(body: str, position: int, names: dict[str, str]) -> tuple[str, int]:
    """The value that begins at `position` (parts joined by #), and where it ends."""
    parts: list[str] = []
    while position < len(body):
        mark = body[position]
        if mark in '{"':
            end = _closing(body, position)
            parts.append(body[position + 1 : end])
            position = end + 1
        else:
            word = re.compile(r"[^\s,#{}()\"]*").match(body, position)
            token = word[0] if word else ""
            parts.append(names.get(token.lower(), token))
            position += len(token)
        joined = re.compile(r"\s*#\s*").match(body, position)
        if joined is None:
            break
        position = joined.end()
    return "".join(parts), position


def _closing(body: str, start: int) -> int:
    """The end of the braced or quoted value at `start`; the end of the entry when it is never closed."""
    depth, mark = 0, body[start]
    for found in re.compile(r"\\.|[{}\"]", re.DOTALL).finditer(body, start):
        sign = found[0]
        if sign == '"' and mark == '"' and depth == 0 and found.start() > start:
            return found.start()
        depth += {"{": 1, "}": -1}.get(sign, 0)
        if sign == "}" and mark == "{" and depth == 0:
            return found.start()
    return len(body)


def plain(latex: str) -> str:
    """LaTeX text as plain text: accents composed, braces and escapes gone."""
    text = _ACCENTED.sub(lambda m: unicodedata.normalize("NFC", m[3] + _ACCENTS[m[1] or m[2]]), latex)
    text = re.sub(r"\\(ss|oe|OE|ae|AE|aa|AA|[oOlLij])(?![A-Za-z])\s?", lambda m: _LETTERS[m[1]], text)
    text = re.sub(r"\\(?:emph|textit|textbf|texttt|textsc|text|mathrm)\s*(?=\{)", "", text)
    text = re.sub(r"\\([&%$#_{}])", r"\1", text)
    parts = re.split(r"(\$[^$]*\$)", text)
    # Every second part is a formula; its braces mean something.
    kept = "".join(
        part if i % 2 else re.sub(r"[{}]", "", part).replace("~", " ") for i, part in enumerate(parts)
    )
    return " ".join(kept.split())
