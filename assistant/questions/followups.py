"""What a follow-up refers to: "which of those", "they", "the second one", "and for robots?".

Knows: how people point back. Does not know: how papers are found; it reads the previous turn alone.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from assistant.domain import Turn
from assistant.questions.names import find_names, find_titles
from assistant.reading.lexicon import Lexicon
from assistant.reading.terms import content_terms

_I = re.IGNORECASE
_POINTS_BACK = re.compile(
    r"\b(?:those|these|them|they|their|theirs|it|its|he|she|"
    r"(?:that|this|the same|the above|the said) (?:papers?|works?|stud(?:y|ies)|methods?|approach(?:es)?"
    r"|systems?|authors?|models?|agents?|one)|"
    r"the (?:authors?|paper|method|approach|ones?|former|latter|others?)|the (?:first|second|third|fourth"
    r"|fifth|last) (?:one|paper|two)|"
    r"(?:just|only) (?:the|those|these)|how does that|what does that|does that|is that|was that|each of"
    r"|any of|all of|none of|some of)\b",
    _I,
)
_OPENS = re.compile(r"^\W*(?:and|but|so|also|what about|how about|then|only|just|or)\b", _I)
_ORDINAL = re.compile(
    r"\b(?:the\s+)?(first|second|third|fourth|fifth|last|former|latter)\b(?!\s+(?:time|step|stage|author"
    r"|name))",
    _I,
)
_ABOUT = re.compile(r"^\W*(?:and\s+|but\s+)?(?:what about|how about|and (?:for|with|on|about|in))\b", _I)
_PLACES = {"first": 0, "former": 0, "second": 1, "latter": 1, "third": 2, "fourth": 3, "fifth": 4, "last": -1}


@dataclass(frozen=True, slots=True)
class Reference:
    """`papers` are what the question points back to (empty: it stands alone); `previous` is the earlier
    question when its topic carries over."""

    papers: tuple[str, ...] = ()
    previous: str = ""


def find_reference(text: str, history: Sequence[Turn], lexicon: Lexicon) -> Reference:
    """What `text` takes from `history`; an empty reference when it stands alone."""
    if not history:
        return Reference()
    last = history[-1]
    points = _POINTS_BACK.search(text)
    if not points and find_names(text, lexicon).papers:
        return Reference()
    short = len(content_terms(text)) <= 3
    if not points and not _OPENS.match(text) and not (short and not text.rstrip().endswith("?")):
        return Reference()
    papers = papers_of(last, lexicon)
    if _ABOUT.match(text) and not points:
        return Reference(previous=last.question)
    ordinal = _ORDINAL.search(text)
    if ordinal and papers:
        place = _PLACES[ordinal[1].lower()]
        if -len(papers) <= place < len(papers):
            return Reference((papers[place],), last.question)
    return Reference(papers, last.question)


def papers_of(turn: Turn, lexicon: Lexicon) -> tuple[str, ...]:
    """The papers that a turn's answer was about, in order of mention."""
    answer = turn.answer
    if answer is not None:
        listed = [paper.paper_id for paper in answer.papers]
        return tuple(dict.fromkeys([*listed, *(citation.paper_id for citation in answer.citations)]))
    return find_titles(turn.text, lexicon) or find_names(turn.text, lexicon).papers
