"""Papers that a question names: by title, by the name of a method, or by a name that nobody here uses.

Knows: how names are written in questions. Does not know: which papers are relevant otherwise.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import takewhile

from assistant.reading.acronyms import abbreviates, name_key
from assistant.reading.lexicon import NAME, Lexicon
from assistant.reading.terms import Term, content_stems, normalised, stem, terms

_QUOTED = re.compile(r"[\"“”«»‘']([^\"“”«»]{3,200}?)[\"“”«»’'](?!\w)")
_VERSION = re.compile(r"[a-z]*[\d.]+[a-z]?|[a-z]\d")


@dataclass(frozen=True, slots=True)
class Names:
    """`papers` are named by title or by their own name, in order; `mentioned` are the few papers that mention
    a name that no paper owns; `unknown` are names that do not occur in the collection."""

    papers: tuple[str, ...]
    mentioned: tuple[str, ...]
    unknown: tuple[str, ...]


def find_names(text: str, lexicon: Lexicon) -> Names:
    """The papers named in `text`, and the names in it that the collection does not know."""
    titles = _titles_in(text, lexicon)
    named = [(start, paper_id) for start, _, paper_id in titles]
    mentioned: list[str] = []
    unknown: list[str] = []
    for start, name in _candidates(text, lexicon):
        if _inside(start, titles):
            continue
        papers = lexicon.papers_of_name(name) or _by_initials(name, lexicon)
        if lexicon.owns(name) or (papers and not lexicon.is_name(name)):
            named += [(start, paper_id) for paper_id in papers]
        mentioned += papers
        if not papers and not lexicon.is_name(name) and not _words_known(name, lexicon):
            unknown.append(name)
    spelt_out = [found for found in _long_forms_in(text, lexicon) if not _inside(found[0], titles)]
    named += [(start, paper_id) for start, paper_id, capital in spelt_out if capital]
    mentioned += [paper_id for _, paper_id, _ in spelt_out]
    for quoted in _QUOTED.findall(text):
        if len(quoted.split()) > 2 and not _titles_in(quoted, lexicon) and not _near_title(quoted, lexicon):
            unknown.append(quoted)
    papers = tuple(dict.fromkeys(paper_id for _, paper_id in sorted(named)))
    return Names(papers, tuple(dict.fromkeys(mentioned)), tuple(dict.fromkeys(unknown)))


def find_titles(text: str, lexicon: Lexicon) -> tuple[str, ...]:
    """The papers whose whole title stands in `text`, in order."""
    flat = f" {normalised(text)} "
    found = [
        (flat.index(f" {title} "), paper_id)
        for title, paper_id in lexicon.titles.items()
        if f" {title} " in flat
    ]
    return tuple(paper_id for _, paper_id in sorted(found))


def _inside(place: int, titles: list[tuple[int, int, str]]) -> bool:
    """Whether a title stands there: the names within it are words of the title."""
    return any(start <= place < end for start, end, _ in titles)


def _titles_in(text: str, lexicon: Lexicon) -> list[tuple[int, int, str]]:
    """Papers whose title, or the opening of it in capitals or quotes ("Secrets of RLHF"), stands in `text`,
    with the place where it does."""
    words = terms(text)
    found: list[tuple[int, int, str]] = []
    for first in range(len(words) - 2):
        opening = " ".join(word.stem for word in words[first : first + 3])
        papers = lexicon.title_openings.get(opening, ())
        capitals = sum(word.form[0].isupper() for word in words[first : first + 3])
        if papers and (capitals >= 2 or len(words) > first + 3):
            best = _longest_match(words[first:], papers, lexicon)
            found += [
                (words[first].start, words[first + length - 1].end, paper_id)
                for paper_id, length in best
                if length > 5 or capitals >= 2
            ]
    return found


def _longest_match(words: list[Term], papers: tuple[str, ...], lexicon: Lexicon) -> list[tuple[str, int]]:
    """Of papers whose titles open alike, those that agree with `words` for longest, and for how long."""
    lengths = {}
    for title, paper_id in lexicon.titles.items():
        if paper_id in papers:
            pairs = zip(title.split(), words, strict=False)
            lengths[paper_id] = len(list(takewhile(lambda pair: pair[0] == pair[1].stem, pairs)))
    return [(paper_id, length) for paper_id, length in lengths.items() if length == max(lengths.values())]


def _long_forms_in(text: str, lexicon: Lexicon) -> list[tuple[int, str, bool]]:
    """Papers that own the short form of a long form spelt out in `text`, and whether it has capitals
    there."""
    flat = f" {normalised(text)} "
    words = terms(text)
    found = []
    for long_form, short in lexicon.long_to_short.items():
        if f" {long_form} " in flat and lexicon.owns(short):
            first = flat[: flat.index(f" {long_form} ") + 1].count(" ") - 1
            capital = words[first].form[0].isupper() and words[first].start > 0
            found += [(words[first].start, paper_id, capital) for paper_id in lexicon.papers_of_name(short)]
    return found


def _by_initials(name: str, lexicon: Lexicon) -> tuple[str, ...]:
    """The one paper whose title opens with words that `name` abbreviates ("ONI", Online Intrinsic ...)."""
    if len(name) < 3 or not name.isupper() or lexicon.is_name(name):
        return ()
    found = [paper_id for title, paper_id in lexicon.shown_titles.items() if abbreviates(name, title)]
    return tuple(found) if len(found) == 1 else ()


def _near_title(quoted: str, lexicon: Lexicon) -> bool:
    """Whether most of the quoted words are words of one title (a shortened or misremembered title)."""
    asked = set(content_stems(quoted))
    return any(len(asked & set(title.split())) >= 0.75 * len(asked) for title in lexicon.titles)


def _candidates(text: str, lexicon: Lexicon) -> list[tuple[int, str]]:
    """Strings of `text` that may be names, with their places: of a name's form ("RES-Q"), or known as a name
    in any form ("struq", "agent q", "Adaptive Guidance"); longer ones first, none inside another."""
    words = terms(text)
    found: list[tuple[int, int, str]] = []
    for length in (4, 3, 2):
        for first in range(len(words) - length + 1):
            start, end = words[first].start, _with_signs(text, words[first + length - 1].end)
            name = text[start:end]
            if _free(start, end, found) and _known_as_name(name, length, lexicon):
                found.append((start, end, name))
    for match in NAME.finditer(text):
        if _free(match.start(), match.end(), found):
            found.append((match.start(), match.end(), match[0]))
    for word in words:
        if _free(word.start, word.end, found) and _known_as_name(word.form, 1, lexicon):
            found.append((word.start, word.end, word.form))
    return [(start, name) for start, _, name in sorted(found)]


def _free(start: int, end: int, taken: list[tuple[int, int, str]]) -> bool:
    return all(end <= first or start >= last for first, last, _ in taken)


def _with_signs(text: str, end: int) -> int:
    while end < len(text) and text[end] in "+*":
        end += 1
    return end


def _known_as_name(name: str, length: int, lexicon: Lexicon) -> bool:
    """A lower-case or one-word spelling counts only where it cannot be an ordinary word."""
    key = name_key(name)
    if not lexicon.papers_of_name(name) or len(key) < 3:
        return False
    if length > 1:
        return key in lexicon.titled or not name.islower()
    ordinary = name.lower() in lexicon.plain or name.lower() in lexicon.english
    return not ordinary or (key in lexicon.titled and name[0].isupper())


def _words_known(name: str, lexicon: Lexicon) -> bool:
    """Whether the parts of a compound are words of the collection ("LLM-based", "GPT-4")."""
    parts = [part for part in re.split(r"[^\w]+", name) if part]
    return all(
        lexicon.known(stem(part))
        or _VERSION.fullmatch(part.lower()) is not None
        or all(lexicon.known(piece.stem) for piece in terms(part))
        for part in parts
    )
