"""Typing errors: a word that the collection does not use, one slip away from a word that it does use.

Knows: edit distance. Does not correct names, numbers, capitalised words or short words: a word that is merely
absent must stay absent, since "these abstracts do not say" depends on it.
"""

from __future__ import annotations

from rapidfuzz import process
from rapidfuzz.distance import DamerauLevenshtein

from assistant.reading.lexicon import Lexicon
from assistant.reading.terms import FUNCTION_WORDS, terms

SHORTEST = 4


def correct(text: str, lexicon: Lexicon) -> str:
    """`text` with likely slips replaced by the collection's own words; unchanged where in doubt."""
    pieces, position = [], 0
    for term in terms(text):
        pieces.append(text[position : term.start])
        pieces.append(_corrected(term.form, lexicon))
        position = term.end
    return "".join([*pieces, text[position:]])


def _corrected(word: str, lexicon: Lexicon) -> str:
    lower = word.lower()
    if (
        len(word) < SHORTEST
        or not word.isascii()
        or word != lower
        or lower in FUNCTION_WORDS
        or lower in lexicon.forms
        or lower in lexicon.english
    ):
        return word
    two_words = _split(lower, lexicon)
    if two_words:
        return two_words
    allowed = 1 if len(word) < 8 else 2
    found = process.extract(
        lower,
        lexicon.common_forms,
        scorer=DamerauLevenshtein.distance,
        score_cutoff=allowed,
        limit=5,
    )
    # A slip seldom hits the first letter; among equally near words the one that more papers use is meant.
    close = [(form, distance) for form, distance, _ in found if form[0] == lower[0]]
    return min(close, key=lambda item: (item[1], -lexicon.forms[item[0]]))[0] if close else word


def _split(word: str, lexicon: Lexicon) -> str:
    """ "longhorizon" is "long horizon" when both halves are common words of the collection."""
    for cut in range(4, len(word) - 3):
        left, right = word[:cut], word[cut:]
        if lexicon.forms.get(left, 0) > 1 and lexicon.forms.get(right, 0) > 1:
            return f"{left} {right}"
    return ""
