"""Which language a question is written in, by its script and its function words.

Knows: a handful of languages that users of the collection write in. Does not translate. English when unsure.
"""

from __future__ import annotations

import re

_SCRIPTS = (
    ("ja", re.compile(r"[\u3040-\u30ff]")),
    ("zh", re.compile(r"[\u4e00-\u9fff]")),
    ("ko", re.compile(r"[\uac00-\ud7af]")),
    ("ru", re.compile(r"[\u0400-\u04ff]")),
    ("el", re.compile(r"[\u0370-\u03ff]{3}")),
    ("ar", re.compile(r"[\u0600-\u06ff]")),
    ("he", re.compile(r"[\u0590-\u05ff]")),
    ("hi", re.compile(r"[\u0900-\u097f]")),
)
_FUNCTION_WORDS = {
    "en": (
        "the of and to in is are that which what how for with on by do does not a an it this was were who "
        "from there any"
    ),
    "de": (
        "der die das und ist sind welche welcher wie viel viele ein eine einen mit von für auf nicht im "
        "den dem des gibt es wird werden über zu um bei wurde zur etwa"
    ),
    "fr": (
        "le la les de des du et est sont quels quelles quel quelle un une avec pour sur dans par au aux "
        "que qui y a-t-il combien ont été ce cette il sur ou"
    ),
    "es": (
        "el la los las de y es son qué cuáles cuál un una con para por en del al que cómo cuánto cuántos "
        "hay se sobre distintos trabajos"
    ),
    "it": (
        "il lo la gli le di e è sono quali quale un una con per su nel della che come quanti quanto ci sul "
        "degli"
    ),
    "pt": "o a os as de e é são quais qual um uma com para por em do da que como quantos há sobre não dos",
    "nl": "de het een en is zijn welke hoe van met voor op niet in er wordt worden over bij veel dat die",
}
# Words that open a question and are no words of English count twice.
_ASKING = "welche welcher quels quelles quel quelle qué cuáles cuál quali quais welke combien cuántos"
_ASKS = frozenset(_ASKING.split())
_WORDS = {language: frozenset(words.split()) for language, words in _FUNCTION_WORDS.items()}


def find_language(text: str) -> str:
    """An ISO 639-1 code; "en" when nothing speaks clearly for another language."""
    for language, script in _SCRIPTS:
        if script.search(text):
            return language
    words = re.findall(r"[^\W\d_]+(?:-t-il)?", text.lower())
    counts = {
        language: sum((word in known) + (word in _ASKS) for word in words if word in known)
        for language, known in _WORDS.items()
    }
    best = max(counts, key=lambda language: counts[language])
    return best if counts[best] >= 2 and counts[best] > 1.5 * counts["en"] else "en"


def function_words(language: str) -> frozenset[str]:
    """The function words of a language, where they are known."""
    return _WORDS.get(language, frozenset())
