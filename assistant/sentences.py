"""Abstract -> its sentences, each an exact slice.

Knows where an English scientific sentence ends (and the full stops of Chinese and Japanese). Does not know
papers, questions or scores. Own rules instead of a library: the spans must cover everything but white space,
and a sentence tokenizer that is light does not know "e.g.", "GPT-3.5" or a question in quotes.
"""

from __future__ import annotations

import re
from itertools import pairwise

from assistant.domain import Span

# A run of end marks with what closes behind it: `."`, `?)`, `...`, `!?'`
_END = re.compile(
    r"[.!?]+[\"'”’»)\]]*(?=\s|$)|[。！？]+[」』”’）]*|(?<=[a-z]{3})[.!?](?=[A-Z])|\n[ \t\r]*\n\s*"
)
_OPENERS = "\"'“‘«([*_$\\"


def _words(text: str) -> frozenset[str]:
    return frozenset(re.findall(r"\S+", text))


_NEVER_LAST = _words(
    "e.g i.e cf vs v.s viz fig figs eq eqs eqn sec secs tab tabs ref refs ch chap vol pp p no nos dr mr "
    "mrs ms prof st resp approx ca w.r.t wrt a.k.a incl esp max min avg std dept univ inc jr sr"
)
_SOMETIMES_LAST = _words("al etc u.s u.k u.n e.u a.m p.m d.c ph.d co ltd")
_STARTERS = _words(
    "a additionally after all also although an and as at based because besides both building but by "
    "compared consequently despite due each empirically experimental experiments extensive finally "
    "first for from further furthermore given hence here how however if importantly in inspired instead "
    "it its leveraging many meanwhile more moreover most motivated nevertheless notably on one our "
    "overall prior previous rather recent recently results second several similarly since some "
    "specifically such that the then therefore these they third this those through thus to together "
    "towards two under unlike using we what when where whereas while with without yet"
)
_QUOTE_REACH = 250


def split_sentences(paper_id: str, abstract: str) -> tuple[Span, ...]:
    """The sentences of `abstract` in order; together they cover everything but white space."""
    protected = _protected(abstract)
    cuts, start = [0], 0
    for match in _END.finditer(abstract):
        end = match.end()
        paragraph = match[0].startswith("\n")
        if paragraph or not (_inside(protected, match.start(), end) or _goes_on(abstract, start, match)):
            cuts.append(end)
            start = end
    cuts.append(len(abstract))
    return tuple(span for a, b in pairwise(cuts) if (span := _trimmed(paper_id, abstract, a, b)) is not None)


def _trimmed(paper_id: str, abstract: str, start: int, end: int) -> Span | None:
    piece = abstract[start:end]
    start, text = start + len(piece) - len(piece.lstrip()), piece.strip()
    return Span(paper_id, start, start + len(text), text) if text else None


def _protected(abstract: str) -> list[tuple[int, int]]:
    """Short quoted or bracketed runs; an end mark inside one does not end the sentence around it."""
    pattern = rf"\"[^\"]{{1,{_QUOTE_REACH}}}\"|“[^”]{{1,{_QUOTE_REACH}}}”|\([^()]{{1,{_QUOTE_REACH}}}\)"
    return [(match.start(), match.end()) for match in re.finditer(pattern, abstract)]


def _inside(protected: list[tuple[int, int]], start: int, end: int) -> bool:
    return any(a <= start and end < b for a, b in protected)


def _goes_on(abstract: str, start: int, match: re.Match[str]) -> bool:
    """Whether the sentence that began at `start` goes on after this end mark."""
    rest = abstract[match.end() : match.end() + 60].lstrip()
    if not rest or match[0][0] in "。！？":
        return False
    follower = re.split(r"[\s,;:.]", rest.lstrip(_OPENERS), maxsplit=1)[0]
    if not _can_begin(follower):
        return True
    if not abstract[match.end()].isspace():
        return follower.lower() not in _STARTERS
    return match[0] == "." and _is_abbreviation(abstract[start : match.start()], follower)


def _can_begin(word: str) -> bool:
    """A sentence begins with a capital, a digit, or a name such as iPhone or o1; not with a plain word."""
    return not word or not word[0].islower() or any(c.isupper() or c.isdigit() for c in word)


def _is_abbreviation(before: str, follower: str) -> bool:
    """Whether the full stop after `before` belongs to its last word."""
    words = before.split()
    word = words[-1].lstrip(_OPENERS).lower() if words else ""
    starts_anew = follower.lower() in _STARTERS
    if word in _NEVER_LAST:
        return True
    if word in _SOMETIMES_LAST or re.fullmatch(r"[a-z]", word):
        return not starts_anew
    return word.isdigit() and len(word) <= 2 and (len(words) == 1 or words[-2][-1] in ":;")
