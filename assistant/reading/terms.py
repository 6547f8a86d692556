"""Text as terms: what counts as one word, and when two words are the same.

Knows: tokenisation, stems, function words. Does not know: papers or questions. Letters and digits are split
("LLaMA3", "Llama-3" and "llama 3" are the same two terms), single-letter versions stay whole ("o1", "4o").
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import NamedTuple

import Stemmer

_TERM = re.compile(r"[^\W\d_]\d+(?!\w)|\d+[^\W\d_](?!\w)|[^\W\d_]+|\d+(?:[.,]\d+)*")
_ACRONYMS = re.compile(r"[b-df-hj-np-tv-xz]{3,}s")
_STEMMER = Stemmer.Stemmer("english")

FUNCTION_WORDS = frozenset(
    """a about above after again against all also am an and any are aren't as at be because been before
    being below between both but by can can't could did do does doing don doesn didn isn aren wasn weren
    won wouldn couldn hasn haven don't down during each either else ever every few for from further get
    gets give given gives had has have having he her here hers herself him himself his how however i if
    in into is isn't it it's its itself just let lets like ll look many may me might more most much must
    my myself need needs neither no nor not now of off on once one ones only onto or other others our
    ours out over own per please put re s same say says shall she should show shows since so some
    somebody someone something still such t than that that's the their theirs them themselves then there
    these they thing things this those though through to too under until up upon us use used uses using
    ve very via want was we were what when where whether which while who whom whose why will with within
    without would yes yet you your yours d""".split()  # noqa: SIM905 - a list of words reads best as prose
)


# British spellings as American ones, so that a question and a paper that differ in this agree. Words in -ise
# that have no form in -ize are left alone.
_BRITISH = (
    (re.compile(r"(?<=[a-z]{3})is(e|es|ed|er|ers|ing|ation|ations)$"), r"iz\1"),
    (re.compile(r"(?<=[a-z]{3})ys(e|es|ed|er|ers|ing)$"), r"yz\1"),
    (re.compile(r"^(behavi|col|fav|lab|neighb|hon|hum|flav|endeav|harb)our"), r"\1or"),
    (re.compile(r"^(mode|labe|trave|cance|signa|leve|tota)ll(ed|er|ers|ing)$"), r"\1l\2"),
    (re.compile(r"^(catal|dial|anal)ogue(s?)$"), r"\1og\2"),
    (re.compile(r"^(cent|met|fib|theat)re(s?)$"), r"\1er\2"),
)
_NOT_BRITISH = re.compile(
    r"^(?:advert|adv|appra|ar|bra|cho|chem|compr|comprom|conc|cru|dem|dev|disgu|enterpr|exc|exerc|expert|franch"
    r"|improv|likew|merchand|no|otherw|parad|po|pra|prec|prem|prom|ra|rev|r|superv|surpr|telev|vo|w)is"
    r"(?:e|es|ed|er|ers|ing)$"
)


def american(word: str) -> str:
    """A word in lower case in its American spelling: "optimise" as "optimize", "behaviour" as "behavior"."""
    if _NOT_BRITISH.search(word):
        return word
    for british, form in _BRITISH:
        word = british.sub(form, word)
    return word


class Term(NamedTuple):
    """One word of a text: its stem, its form as typed, and where it stands (character offsets)."""

    stem: str
    form: str
    start: int
    end: int


@lru_cache(maxsize=200_000)
def stem(word: str) -> str:
    """The English Snowball stem of a word, in lower case and without accents."""
    plain = unicodedata.normalize("NFKD", word.lower())
    plain = "".join(c for c in plain if not unicodedata.combining(c))
    # Snowball leaves words without a vowel alone: "llms" would not be "llm".
    return plain[:-1] if _ACRONYMS.fullmatch(plain) else str(_STEMMER.stemWord(american(plain)))


def terms(text: str) -> list[Term]:
    """All terms of `text` in order, function words included."""
    return [Term(stem(m[0]), m[0], m.start(), m.end()) for m in _TERM.finditer(text)]


def content_terms(text: str) -> list[Term]:
    """The terms that carry meaning: no function words, no lone letters."""
    return [
        term
        for term in terms(text)
        if term.form.lower() not in FUNCTION_WORDS and (len(term.form) > 1 or not term.form.isascii())
    ]


def content_stems(text: str) -> list[str]:
    """The stems of the content terms, in order."""
    return [term.stem for term in content_terms(text)]


def normalised(text: str) -> str:
    """All stems joined by one space: two texts that differ in case, hyphens or inflection become equal."""
    return " ".join(term.stem for term in terms(text))
