"""Citation markers in text: read, removed, and set anew. The one place that knows what "[2]" looks like.

Knows: the ways models write markers, and how a text is laid out in sentences, lines and list items. Does not
know: which numbers exist, whether a sentence is true.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from assistant.domain import DraftSentence, Sentence, Span
from assistant.sentences import split_sentences

_NUMBER = r"\^?[0-9]{1,4}"
_SEPARATOR = r"\s*(?:,|;|、|，|-|–|—|&|\band\b|\bund\b|\bet\b)\s*"
MARKER = re.compile(
    rf"[\[［【]\s*(?P<inside>{_NUMBER}(?:{_SEPARATOR}{_NUMBER})*)\s*(?:†[^\]］】\n]{{0,40}})?[\]］】]"
)
_WITH_SPACE = re.compile(rf"[ \t\u00a0]*{MARKER.pattern}")
_RANGE = re.compile(r"\^?([0-9]{1,4})(?:\s*[-–—]\s*\^?([0-9]{1,4}))?")
LONGEST_RANGE = 50

_IMAGE = re.compile(r"!\[[^\]\n]*\]\([^)\s]*\)")
_LINK = re.compile(r"\[([^\]\n]+)\]\(\s*(?:https?:|www\.|/|#)[^)\s]*\s*\)")
_TAG = re.compile(r"</?[A-Za-z][^<>\n]{0,200}>|<!--.*?-->", re.DOTALL)
_FENCE = re.compile(r"^[ \t]*(?:```|~~~).*$", re.MULTILINE)
_HEADING = re.compile(r"^[ \t]*#{1,6}[ \t]+", re.MULTILINE)
_STRONG = re.compile(r"(\*\*|__)(?=\S)(.+?)(?<=\S)\1")
_ITEM = re.compile(r"^\s*(?:(?P<bullet>[-*•–])|(?P<count>\d{1,2}[.)]))\s+(?=\S)")
_LEAD = re.compile(r"\s*\n\s*(?:- |\d{1,2}[.)] )?|\s+")
_NO_SPACE_AFTER = re.compile(r"[。！？]$")


def numbers_in(text: str) -> tuple[int, ...]:
    """All numbers that markers in `text` name, each once, in order; ranges are counted out."""
    found: list[int] = []
    for marker in MARKER.finditer(text):
        found.extend(_named(marker["inside"]))
    return tuple(dict.fromkeys(found))


def without_markers(text: str) -> str:
    """`text` without its markers and the white space before them."""
    return _WITH_SPACE.sub("", text)


def plain(text: str) -> str:
    """`text` without images, links, tags, headings and bold signs; list items and line breaks stay."""
    text = _TAG.sub("", _LINK.sub(r"\1", _IMAGE.sub("", _FENCE.sub("", text))))
    return _STRONG.sub(r"\2", _HEADING.sub("", text))


def drafted(text: str) -> tuple[DraftSentence, ...]:
    """The sentences of a written text with the numbers they carry.

    A sentence's text begins with its layout where that is more than a space: "\\n", "\\n\\n" or "\\n- ".
    A marker belongs to the sentence it stands in or behind; a list item's sentences share its markers."""
    sentences: list[DraftSentence] = []
    gap = ""
    for line in plain(text).splitlines():
        if not line.strip():
            gap = "\n\n"
            continue
        item = _ITEM.match(line)
        lead = (gap or "\n") if sentences else ""
        gap = ""
        if item:
            lead = (lead or "\n") + ("- " if item["bullet"] else f"{item['count']} ")
        sentences.extend(_of_line(line[item.end() :] if item else line, lead, is_item=bool(item)))
    return tuple(sentences)


def parted(text: str) -> tuple[str, str]:
    """A sentence's text as (layout before it, words)."""
    match = _LEAD.match(text)
    lead = match[0] if match else ""
    return lead if "\n" in lead else "", text[len(lead) :].strip()


def laid_out(sentences: Sequence[Sentence], leads: Sequence[str]) -> str:
    """One text of all sentences, each followed by its markers; `leads` is the layout before each."""
    text = ""
    for sentence, lead in zip(sentences, leads, strict=True):
        if text:
            text += lead or ("" if _NO_SPACE_AFTER.search(text) else " ")
        elif lead:
            text += lead.lstrip("\n")
        marks = "".join(f"[{number}]" for number in sentence.numbers)
        text += f"{sentence.text} {marks}" if marks else sentence.text
    return text


def _of_line(line: str, lead: str, *, is_item: bool) -> Iterator[DraftSentence]:
    words, marks = _separated(line)
    spans = split_sentences("", words)
    every = tuple(dict.fromkeys(number for _, numbers in marks for number in numbers))
    if is_item and marks:
        spans = _with_whole_title(spans, words, marks[0][0])
    for place, span in enumerate(spans):
        following = spans[place + 1].start if place + 1 < len(spans) else len(words)
        begin = -1 if place == 0 else span.start
        mine = [n for at, numbers in marks if begin < at <= following for n in numbers]
        numbers = tuple(dict.fromkeys(mine)) or (every if is_item else ())
        yield DraftSentence((lead if place == 0 else "") + span.text, numbers)


def _with_whole_title(spans: tuple[Span, ...], words: str, first_marker: int) -> tuple[Span, ...]:
    """What stands before a list item's first marker is a title, also where it holds a question mark."""
    before = [span for span in spans if span.start < first_marker]
    if len(before) < 2:
        return spans
    start, end = before[0].start, before[-1].end
    return (Span("", start, end, words[start:end]), *spans[len(before) :])


def _separated(line: str) -> tuple[str, list[tuple[int, tuple[int, ...]]]]:
    """The line without markers, and for each marker its place there and its numbers."""
    words, marks, last = "", [], 0
    for marker in _WITH_SPACE.finditer(line):
        words += line[last : marker.start()]
        marks.append((len(words), tuple(_named(marker["inside"]))))
        last = marker.end()
    return words + line[last:], marks


def _named(inside: str) -> Iterator[int]:
    for match in _RANGE.finditer(inside):
        low, high = int(match[1]), int(match[2] or match[1])
        if low <= high <= low + LONGEST_RANGE:
            yield from range(low, high + 1)
        else:
            yield from (low, high)
