"""Lists that are whole: every selected paper is there, and the opening sentence counts what is there.

Knows: how a list answer is laid out. Does not know: how papers were selected.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from assistant.domain import Citation, Evidence, Sentence

_COUNTS = {
    "en": "no one two three four five six seven eight nine ten eleven twelve",
    "de": "kein ein zwei drei vier fünf sechs sieben acht neun zehn elf zwölf",
    "fr": "aucun un deux trois quatre cinq six sept huit neuf dix onze douze",
    "es": "ningún un dos tres cuatro cinco seis siete ocho nueve diez once doce",
    "it": "nessun un due tre quattro cinque sei sette otto nove dieci undici dodici",
    "pt": "nenhum um dois três quatro cinco seis sete oito nove dez onze doze",
    "nl": "geen één twee drie vier vijf zes zeven acht negen tien elf twaalf",
}
_FIRST_COUNTABLE = 2
_TOKEN = re.compile(r"[^\W\d_]+|\d+")

Line = tuple[str, Sentence]


def whole_list(lines: Sequence[Line], evidence: Sequence[Evidence]) -> list[Line]:
    """`lines` with a verbatim line for every paper of `evidence` that none of them cites."""
    result = list(lines)
    for match in ("clear", "possible"):
        cited = {number for _, sentence in result for number in sentence.numbers}
        group = [item for item in evidence if item.match == match]
        missing = [_line(item) for item in group if item.number not in cited and item.spans]
        numbers = {item.number for item in group}
        places = [place for place, (_, sentence) in enumerate(result) if numbers & set(sentence.numbers)]
        at = places[-1] + 1 if places else (_after_opening(result) if match == "clear" else len(result))
        result[at:at] = missing
    return result


def counted(text: str, count: int, *, language: str, asked: str) -> str:
    """An opening sentence with its number of papers set right; unchanged when it names none."""
    words = _COUNTS.get(language, _COUNTS["en"]).split()
    for token in _TOKEN.finditer(text):
        found = token[0].lower()
        is_word = found in words[_FIRST_COUNTABLE:]
        # A number that the question names, such as the 3 of "Llama 3", counts nothing.
        if not is_word and not (found.isdigit() and found not in _TOKEN.findall(asked)):
            continue
        said = words.index(found) if is_word else int(found)
        if said == count or count < _FIRST_COUNTABLE:
            return text
        right = words[count] if count < len(words) and is_word else str(count)
        right = right.capitalize() if token[0][0].isupper() else right
        return text[: token.start()] + right + text[token.end() :]
    return text


def _after_opening(lines: Sequence[Line]) -> int:
    return 1 if lines and not lines[0][1].citations else 0


def _line(item: Evidence) -> Line:
    span, paper = item.spans[0], item.paper
    citation = Citation(item.number, paper.paper_id, paper.title, span.text, span.start, span.end)
    return "\n- ", Sentence(f'{paper.title}: "{span.text}"', (citation,), "supported", "rewritten")
