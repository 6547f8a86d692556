"""Short forms and what they stand for, as a text defines them.

Knows: "long form (SF)", and letters taken from the beginnings of words. Does not know: any collection.
"""

from __future__ import annotations

import re

_SHORT_FORM = re.compile(r"\(\s*([A-Za-z][\w\-+*^/]{1,11}?)s?\s*\)")


def name_key(name: str) -> str:
    """Names are compared without case and hyphens: "Mobile-Eval-E" is "mobileevale"; "CFG++" is not "CFG"."""
    return re.sub(r"[^\w+*]+|_+", "", name).lower()


def find_acronyms(text: str) -> dict[str, str]:
    """Short form -> long form for every "long form (SF)" in `text`.

    After Schwartz & Hearst (2003), "A simple algorithm for identifying abbreviation definitions": the letters
    of the short form are found in the words before it, from right to left, the first at a word's start.
    """
    found: dict[str, str] = {}
    for match in _SHORT_FORM.finditer(text):
        short = match[1]
        if not any(c.isupper() for c in short):
            continue
        words = text[: match.start()].split()[-min(len(short) + 5, len(short) * 2) :]
        long_form = _long_form(short, " ".join(words))
        if long_form and len(long_form) > len(short) and name_key(short) not in name_key(long_form).split():
            found.setdefault(short, long_form)
    return found


def abbreviates(short: str, title: str) -> bool:
    """Whether `short` is made of the beginnings of the first words of `title` ("ONI": "ONline Intrinsic")."""
    letters, words = short.lower(), re.findall(r"[^\W_]+", title.lower())
    return len(words) > 1 and _made_of(letters, words, 0)


def _made_of(letters: str, words: list[str], used: int) -> bool:
    if not letters:
        return used > 1
    if used == len(words):
        return False
    return any(
        _made_of(letters[n:], words, used + 1)
        for n in range(1, min(len(letters), 3) + 1)
        if words[used].startswith(letters[:n])
    )


def _long_form(short: str, before: str) -> str:
    letters = [c for c in short.lower() if c.isalnum()]
    position = len(before) - 1
    for index in range(len(letters) - 1, -1, -1):
        first = index == 0
        while position >= 0 and (
            before[position].lower() != letters[index]
            or (first and position > 0 and before[position - 1].isalnum())
        ):
            position -= 1
        if position < 0:
            return ""
        position -= 1
    return before[position + 1 :].strip(" ,.;:(\"'")
