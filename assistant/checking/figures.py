"""Is every number of a claim in the text it cites?

Knows: how numbers are written (decimal signs, thousands, K and M, number words). Does not know: what they
measure; that is for the judges. A number that is not there at all needs no judge.
"""

from __future__ import annotations

import re
import unicodedata
from itertools import pairwise

_PARTED = r"\d+(?:[.,'\u2009\u202f]\d+)*"
_DIGITS = re.compile(rf"(?P<digits>{_PARTED})(?P<scale>\s?(?:[kKMBT](?!\w)|thousand|million|billion)\b)?")
_SCALES = {"k": 3, "t": 3, "m": 6, "b": 9}
_LIST = re.compile(r"\w+")
_UNITS = _LIST.findall(
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
    "seventeen eighteen nineteen twenty"
)
_TENS = _LIST.findall("thirty forty fifty sixty seventy eighty ninety")
_WORDS = {word: value for value, word in enumerate(_UNITS)} | {
    **dict(zip(_TENS, range(30, 100, 10), strict=True)),
    **{"hundred": 100, "thousand": 1000, "million": 1_000_000, "half": 50, "once": 1, "single": 1},
    **{
        "twice": 2,
        "double": 2,
        "doubles": 2,
        "doubled": 2,
        "doubling": 2,
        "twofold": 2,
        "pair": 2,
        "both": 2,
    },
    **{"triple": 3, "triples": 3, "tripled": 3, "threefold": 3, "fourfold": 4, "fivefold": 5, "tenfold": 10},
    **{"first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5, "quarter": 25},
}
_WORD = re.compile(r"[A-Za-z]+")
_IN_NAME = re.compile(r"[A-Za-z_-]$")


def missing_figures(claim: str, source: str) -> tuple[str, ...]:
    """The numbers in digits of `claim` that `source` has neither in digits nor in words."""
    there = _figures_of(source)
    return tuple(match[0].strip() for match in _found(claim) if not (_forms(match) & there))


def figures_in(text: str) -> tuple[str, ...]:
    """The numbers in digits of `text`, each in one spelling; those that are part of a name are left out."""
    found = (match for match in _found(text) if not _IN_NAME.search(text[: match.start()][-1:]))
    return tuple(min(_forms(match), key=len) for match in found)


def missing_counts(claim: str, source: str) -> tuple[str, ...]:
    """The number words above two of `claim` that `source` does not have: a reason to doubt, not to refuse."""
    there = _figures_of(source)
    words = (word for word in _WORD.findall(claim.lower()) if word in _UNITS[3:])
    return tuple(word for word in words if str(_WORDS[word]) not in there)


def _figures_of(text: str) -> set[str]:
    found = {form for match in _found(text) for form in _forms(match)}
    words = _WORD.findall(text.lower())
    found |= {str(_WORDS[word]) for word in words if word in _WORDS}
    for tens, units in pairwise(words):
        if _WORDS.get(tens, 0) >= 20 and 0 < _WORDS.get(units, 0) < 10:
            found.add(str(_WORDS[tens] + _WORDS[units]))
    return found


def _found(text: str) -> list[re.Match[str]]:
    return list(_DIGITS.finditer(unicodedata.normalize("NFKC", text).replace("\\", "").replace("{,}", ",")))


def _forms(match: re.Match[str]) -> set[str]:
    """Every value that the digits can mean: a comma or a point may part thousands or decimals."""
    digits = match["digits"]
    whole = re.sub(r"[^0-9]", "", digits)
    parts = re.split(r"[.,'\u2009\u202f]", digits)
    values = set()
    if len(parts) == 1 or all(len(part) == 3 for part in parts[1:]):
        values.add(whole)
    if len(parts) > 1:
        values.add("".join(parts[:-1]) + "." + parts[-1])
    values = {_trimmed(value) for value in values} or {digits}
    power = _SCALES.get((match["scale"] or " ").strip()[:1].lower(), 0)
    if (match["scale"] or "").strip().lower().startswith("b"):
        power = 9
    return values | {_trimmed(_raised(value, power)) for value in values if power}


def _trimmed(value: str) -> str:
    whole, _, decimals = value.partition(".")
    decimals = decimals.rstrip("0")
    return (whole.lstrip("0") or "0") + (f".{decimals}" if decimals else "")


def _raised(value: str, power: int) -> str:
    whole, _, decimals = value.partition(".")
    decimals = decimals.ljust(power, "0")
    return whole + decimals[:power] + ("." + decimals[power:] if decimals[power:] else "")
