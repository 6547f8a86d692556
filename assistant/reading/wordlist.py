"""English words, so that a correct word is not taken for a typing error.

Knows the dictionary of pyspellchecker (MIT). It is read at the first look-up that needs it (0.2 s), because
most questions use the collection's own words.
"""

from __future__ import annotations

from collections.abc import Container
from functools import cache

from assistant.reading.terms import american


class _English:
    """A container of lower-case words."""

    def __contains__(self, word: object) -> bool:
        return word in _words() or american(str(word)) in _words()


@cache
def _words() -> Container[object]:
    from spellchecker import SpellChecker

    dictionary: Container[object] = SpellChecker(distance=1).word_frequency.dictionary
    return dictionary


def english_words() -> Container[str]:
    """The words; nothing is read yet."""
    return _English()
