"""Numbers of a text in one spelling, so that "25 percent", "25\\%" and "25%" are the same number.

Pure text; knows no vectors and judges nothing beyond "is this number there?".
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

_UNITS = re.findall(
    r"\S+",
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen "
    "fifteen sixteen seventeen eighteen nineteen",
)
_TENS = re.findall(r"\S+", "twenty thirty forty fifty sixty seventy eighty ninety")
_WORD_VALUES = {w: float(i) for i, w in enumerate(_UNITS)} | {w: 20.0 + 10 * i for i, w in enumerate(_TENS)}
_SCALES = {"hundred": 1e2, "thousand": 1e3, "million": 1e6, "billion": 1e9, "trillion": 1e12}
_SUFFIXES = {"k": 1e3, "m": 1e6, "b": 1e9, "t": 1e12}
_MULTIPLES = {
    "double": 2.0,
    "doubles": 2.0,
    "doubled": 2.0,
    "doubling": 2.0,
    "twice": 2.0,
    "triple": 3.0,
    "triples": 3.0,
    "tripled": 3.0,
    "tripling": 3.0,
    "thrice": 3.0,
    "quadruple": 4.0,
    "quadrupled": 4.0,
    "halves": 0.5,
    "halved": 0.5,
    "halving": 0.5,
    "half": 0.5,
}
# Words that look like a number but seldom state one.
_LOOSE = frozenset({"one", "zero", "half"})

_TENS_UNIT = rf"(?:{'|'.join(_TENS)})(?:[-\s](?:{'|'.join(_UNITS[1:10])}))?"
_SPELT = rf"(?:{_TENS_UNIT}|{'|'.join(sorted(_UNITS, key=len, reverse=True))})"
_DIGITS = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?|\.\d+"
_PATTERN = re.compile(
    rf"(?<![A-Za-z0-9_])(?:(?P<digits>{_DIGITS})|(?P<spelt>{_SPELT}|an?(?=\s(?:hundred|thousand|million|billion)))"
    r"(?![a-z])(?!-(?:shot|step|hop)[a-z])|(?P<multiple>" + "|".join(_MULTIPLES) + r")(?![a-z]))"
    r"(?P<scale>(?:[\s-](?:hundred|thousand|million|billion|trillion)(?![a-z]))+|(?-i:[kKMBT])(?![A-Za-z0-9]))?"
    r"(?P<unit>\s?%|[\s-]?per\s?cent(?:age)?|[\s-]?(?:x|×|X)(?![A-Za-z0-9])|[\s-]?(?:times|fold)(?![a-z]))?",
    re.IGNORECASE,
)
_FOLDED = re.compile(rf"(?<![a-z])({_SPELT})(fold)(?![a-z])", re.IGNORECASE)


@dataclass(frozen=True)
class Number:
    """A stated number: its value, whether per cent or a multiple, and the words it was written in."""

    value: float
    kind: str  # "percent", "times" or "" for a plain count
    text: str
    loose: bool = False  # "one", "half": often not a claim about an amount

    def agrees_with(self, other: Number) -> bool:
        same = abs(self.value - other.value) <= 1e-9 * max(1.0, abs(self.value))
        return same and (self.kind == other.kind or "" in (self.kind, other.kind))


def without_markup(text: str) -> str:
    """Drop LaTeX and HTML dressing that stands between a number and its unit."""
    text = re.sub(r"</?[a-zA-Z][^>]{0,40}>", "", text)
    text = re.sub(r"\\(?:textbf|textit|emph|mathrm|mathbf|texttt|text|underline)\s*\{([^{}]*)\}", r"\1", text)
    text = re.sub(r"\\times\b|×", "x", text)
    text = re.sub(r"\\([%$&#_{}])", r"\1", text)
    text = re.sub(r"(?<=\d)(?:\{,\}|\\,)(?=\d)", ",", text)
    text = re.sub(r"(?<=\d)·(?=\d)", ".", text)  # The Lancet's decimal point
    text = re.sub(r"(?<=\d)[\u202f\u00a0\u2009 ](?=\d{3}(?!\d))", ",", text)
    return text.replace("$", "").replace("~", " ").replace("\\", " ")


@lru_cache(maxsize=512)
def numbers_in(text: str) -> tuple[Number, ...]:
    """Every number stated in `text`; digits inside a name ("GPT-4", "p53", "T5") are not numbers."""
    text = _FOLDED.sub(r"\1 \2", without_markup(text))
    found = (_read(match, text) for match in _PATTERN.finditer(text))
    return tuple(number for number in found if number is not None)


def _read(match: re.Match[str], text: str) -> Number | None:
    if _inside_name(match, text):
        return None
    if match["multiple"]:
        word = match["multiple"].lower()
        return Number(_MULTIPLES[word], "times", match.group(), word in _LOOSE)
    value = _value(match)
    unit = (match["unit"] or "").strip(" -").lower()
    kind = "percent" if unit.startswith(("%", "per")) else "times" if unit else ""
    loose = not match["scale"] and not kind and (match["spelt"] or "").lower() in _LOOSE
    return Number(value, kind, match.group().strip(), loose)


def _inside_name(match: re.Match[str], text: str) -> bool:
    """Whether the digits belong to a name: hyphened to a word with a capital, or followed by letters."""
    if not match["digits"]:
        return False
    before = re.search(r"[A-Za-z][\w.]*[-‐–]$", text[: match.start()])
    glued = (
        match.end() < len(text) and text[match.end()].isalpha() and not match["unit"] and not match["scale"]
    )
    decimal = (
        match.start() > 0 and text[match.start() - 1] in ".," and text[: match.start() - 1][-1:].isalnum()
    )
    return bool(before) or (glued and text[match.end()].isupper()) or decimal


def _value(match: re.Match[str]) -> float:
    if match["digits"]:
        value = float(match["digits"].replace(",", ""))
    else:
        parts = re.split(r"[-\s]", match["spelt"].lower())
        value = sum(_WORD_VALUES.get(part, 1.0) for part in parts)
    for scale in re.findall(r"[a-z]+", (match["scale"] or "").lower()):
        value *= _SCALES.get(scale) or _SUFFIXES[scale]
    return value


def numbers_missing(claim: str, evidence: str) -> tuple[Number, ...]:
    """The claim's numbers that the evidence does not state; loose ones ("one of them") are let pass."""
    stated = numbers_in(evidence)
    return tuple(
        number
        for number in numbers_in(claim)
        if not number.loose and not any(number.agrees_with(other) for other in stated)
    )
