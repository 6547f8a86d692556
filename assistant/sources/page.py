"""Page text -> records: titles and abstracts as copied from a web page, between the page's furniture.

Knows the shape of a title, of an abstract and of furniture (buttons, dates, counters, by-lines). Works line
by line, so that blank lines may be missing or too many; an abstract wrapped over several lines is joined.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import chain, pairwise

from assistant.domain import Skipped
from assistant.sources.reading import Record
from assistant.sources.text import Line

# A line this long is an abstract whatever stands around it; the longest titles have about 200 characters.
_ABSTRACT_LENGTH = 300
_SHORT_ABSTRACT_LENGTH = 60
_WRAPPED_WIDTH = 45
# Latin, Greek and Cyrillic small letters, or letters without case, before the end of a sentence.
_SENTENCE_END = re.compile(r"[^\W_A-Z][)%]?[.!?؟۔।][\"'”)]*$|[)%][.!?][\"'”)]*$")
_UNSPACED_END = re.compile(r"[。！？]")

_FURNITURE_WORDS = frozenset(
    re.findall(
        r"[^|]+",
        "new|trending|subscribe|unsubscribe|sign up|sign in|log in|login|log out|register|upvote|"
        "upvotes|like|likes|share|save|cite|follow|abstract|pdf|html|arxiv|github|code|project page|"
        "view on arxiv|view pdf|view paper|home|about|contact|help|models|datasets|spaces|posts|"
        "docs|documentation|pricing|enterprise|community|papers|daily papers|trending papers|search|"
        "filter|sort|next|previous|back|load more|show more|show less|read more|see all|comments|"
        "comment|authors|submitted by|today|yesterday|this week|this month|all|top|hot|latest|menu|"
        "settings|privacy|terms|terms of service|cookies|accept|feedback|newsletter|careers|company|"
        "blog|download|references",
    )
)
_MONTH = r"(jan|feb|mar|apr|may|jun|jul|aug|sep|sept|oct|nov|dec)[a-z]*\.?"
_FURNITURE_SHAPES = tuple(
    (re.compile(pattern), reason)
    for pattern, reason in (
        (rf"(?i)({_MONTH} \d{{1,2}}|\d{{1,2}} {_MONTH})(,? \d{{4}})?", "a date"),
        (r"\d{4}-\d\d-\d\d(T\S*)?|(?i:\d+ (minute|hour|day|week|month|year)s? ago)", "a date"),
        (r"[\W\d_]*\d[\d.,]*\s*[kKM]?[\W_]*", "a counter"),
        (
            r"(?i)[\W\d]*\d[\d.,]*k?\s+(author|upvote|like|comment|view|citation|star)s?",
            "a counter",
        ),
        (r"[\W_]+", "signs only"),
        (r"(?i)(https?://|www\.)\S+|\S+@\S+\.\w+", "an address"),
        (r"by ?[A-Z].*|(?i:(submitted|published|posted) (by|on) .*)", "a by-line"),
        (
            r"(?i)(get|sign up|subscribe|join|follow|read)\b.*(\binbox|email|newsletter|!)\W*",
            "an invitation",
        ),
        (r"(?i)(©|copyright\b|\(c\)).*|all rights reserved.*", "a copyright line"),
    )
)
_NAME = r"(?:[A-Z][\w'’.-]*|[a-z]{2,3}|[^\W\d_a-z][\w'’.-]*)"
_AUTHOR = re.compile(rf"{_NAME}(?:\s{_NAME}){{1,3}}\W*\d*")


def page_records(source: str, lines: Iterable[Line]) -> Iterator[Record | Skipped]:
    """Records of pasted page text, and the furniture and leftovers with their line numbers."""
    pending: tuple[int, str] | None = None
    authors: tuple[str, ...] = ()
    for line, words in _joined(lines):
        reason = _furniture(words)
        if reason:
            yield Skipped(source, line, words, f"page furniture: {reason}")
        elif _is_abstract(words, has_title=pending is not None):
            number, title = pending or (line, "")
            yield Record(number, title, re.sub(r"^(?i:abstract)\s*[:.—-]\s*", "", words), authors)
            pending, authors = None, ()
        elif pending and not authors and (names := _author_list(words)):
            authors = names
        else:
            if pending:
                yield _orphan(source, *pending)
            pending, authors = (line, re.sub(r"^(?i:title)\s*:\s*", "", words)), ()
    if pending:
        yield _orphan(source, *pending)


def _orphan(source: str, line: int, title: str) -> Skipped:
    return Skipped(source, line, title, "a title without an abstract")


def _furniture(words: str) -> str:
    """What kind of furniture this line is; empty for a title or an abstract."""
    if words.casefold().strip(" :.!·•|-") in _FURNITURE_WORDS:
        return "a button or heading"
    if len(words) >= _ABSTRACT_LENGTH:
        return ""
    return next((reason for shape, reason in _FURNITURE_SHAPES if shape.fullmatch(words)), "")


def _is_abstract(words: str, *, has_title: bool) -> bool:
    if len(words) >= _ABSTRACT_LENGTH:
        return True
    is_sentence = bool(_SENTENCE_END.search(words)) and len(words.split()) >= 8
    several = len(re.findall(r"[a-z)]\. [A-Z]", words)) >= 1
    if _UNSPACED_END.search(words):
        # Chinese and Japanese write no spaces and say about three times as much per letter.
        is_sentence, several = True, len(_UNSPACED_END.findall(words)) > 1
    return is_sentence and len(words) >= _SHORT_ABSTRACT_LENGTH and (has_title or several)


def _author_list(words: str) -> tuple[str, ...]:
    """The names, when the line is a list of at least two people."""
    parts = [part.strip() for part in re.split(r",|;|·|\band\b|&", words) if part.strip()]
    people = len(parts) > 1 and ":" not in words and all(_AUTHOR.fullmatch(part) for part in parts)
    return tuple(re.sub(r"\W*\d*$", "", part) for part in parts) if people else ()


def _joined(lines: Iterable[Line]) -> Iterator[tuple[int, str]]:
    """The non-blank lines; the lines of a wrapped paragraph as one."""
    block: list[tuple[int, str]] = []
    for line, raw in chain(lines, [(0, "")]):
        words = raw.strip()
        if words:
            block.append((line, words))
        elif block:
            yield from _unwrapped(block)
            block = []


def _unwrapped(block: list[tuple[int, str]]) -> Iterator[tuple[int, str]]:
    """A block of lines without blanks between: a wrapped paragraph (its title on top) or single lines."""
    start = next((i for i, (_, words) in enumerate(block) if _wraps(words)), len(block))
    body = block[start:]
    if len(body) < 3 or not all(_wraps(words) for _, words in body[:-1]) or not _runs_on(body):
        yield from block
        return
    if not _runs_on(body[:2]) and len(body) > 3:
        start, body = start + 1, body[1:]
    yield from block[:start]
    yield body[0][0], " ".join(words for _, words in body)


def _wraps(words: str) -> bool:
    return _WRAPPED_WIDTH <= len(words) < _ABSTRACT_LENGTH


def _runs_on(lines: list[tuple[int, str]]) -> bool:
    """Whether at least one line goes on in the next one, as words broken at the margin do."""
    return any(
        not one.endswith((".", "!", "?")) and other[:1].islower() for (_, one), (_, other) in pairwise(lines)
    )
