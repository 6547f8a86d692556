"""The words and names of a collection, learnt from its own abstracts.

Knows: in how many papers a word occurs, which acronym stands for which long form, which names (methods, data
sets, systems) belong to which papers, and the words a misspelt one may have meant. Does not know: questions,
scores, indexes. No name is written in code: everything is read from the papers.
"""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Container, Iterable
from dataclasses import dataclass
from functools import cached_property

from assistant.domain import Paper
from assistant.reading.acronyms import find_acronyms, name_key
from assistant.reading.terms import FUNCTION_WORDS, content_stems, normalised, terms

# A name looks unlike an ordinary word: a capital inside, a digit or sign beside letters, or all capitals.
NAME = re.compile(
    r"\b(?=[\w\-*^+]*[A-Z])(?:[A-Za-z]+(?:[\-^]?[A-Z0-9][\w*^+]*|[*+]+)+(?:-[A-Z0-9][\w*+]*)*"
    r"|[A-Z]{2,}[\w\-*+]*)"
)

_INTRODUCES = re.compile(
    r"(?:call(?:ed)?|dub(?:bed)?|nam(?:ed?|ely)|term(?:ed)?|introduc\w+|propos\w+|present\w*|develop\w*"
    r"|releas\w+)"
    r"[^.]{0,90}"
)


# A name that more papers mention is a common technique, not the mark of one paper.
FEW = 2
# An acronym in more of the papers than this is a word like others.
RARE = 0.2


@dataclass(frozen=True)
class Lexicon:
    """Built by `Lexicon.of(papers)`; all look-ups are dictionary look-ups.

    `frequency`: papers per stem. `forms`: papers per lower-case word. `titled`: names in titles, `owners`:
    names introduced in abstracts, `mentions`: all names, each to paper ids. `titles`: normalised title to
    paper id; `shown_titles`: the same with titles as stored. `plain`: words that occur in lower case
    somewhere, so that "trace" is a word and "ToolLLM" is not."""

    papers: int
    frequency: dict[str, int]
    forms: dict[str, int]
    short_to_long: dict[str, str]
    long_to_short: dict[str, str]
    titled: dict[str, tuple[str, ...]]
    owners: dict[str, tuple[str, ...]]
    mentions: dict[str, tuple[str, ...]]
    titles: dict[str, str]
    shown_titles: dict[str, str]
    plain: frozenset[str]
    english: Container[str] = frozenset()

    @classmethod
    def of(cls, papers: Iterable[Paper], english: Container[str] = frozenset()) -> Lexicon:
        """Read the words, acronyms and names of `papers`; `english` are words that are no typing errors."""
        reader = _Reader()
        for paper in papers:
            reader.read(paper)
        return reader.lexicon(english)

    @cached_property
    def common_forms(self) -> list[str]:
        """Words worth correcting to: long enough, and used by more than one paper or known English."""
        return [word for word, n in self.forms.items() if len(word) > 3 and (n > 1 or word in self.english)]

    @cached_property
    def title_openings(self) -> dict[str, tuple[str, ...]]:
        """The first three words of each title, to the papers whose titles open with them."""
        openings: dict[str, list[str]] = defaultdict(list)
        for title, paper_id in self.titles.items():
            openings[" ".join(title.split()[:3])].append(paper_id)
        return {opening: tuple(ids) for opening, ids in openings.items()}

    def idf(self, stem: str) -> float:
        """Inverse document frequency as in BM25, never negative; highest for a word that does not occur."""
        n = self.frequency.get(stem, 0)
        return math.log(1 + (self.papers - n + 0.5) / (n + 0.5))

    def known(self, stem: str) -> bool:
        """Whether the word occurs in any paper."""
        return stem in self.frequency

    def expansions(self, text: str) -> tuple[str, ...]:
        """Other forms of the acronyms and long forms in `text`: "MCTS" gives "monte carlo tree search"."""
        found = [self.short_to_long[term.form.lower()] for term in terms(text) if self._is_acronym(term.form)]
        flat = f" {normalised(text)} "
        found += [short for long, short in self.long_to_short.items() if " " in long and f" {long} " in flat]
        return tuple(dict.fromkeys(found))

    def spelt_out(self, text: str) -> str:
        """`text` with the long form before each acronym that papers may also write out ("MCTS" becomes "monte
        carlo tree search (MCTS)"), so that papers that do are found as well."""
        flat, pieces, position = f" {normalised(text)} ", [], 0
        for term in terms(text):
            if not self._is_acronym(term.form) or self.frequency.get(term.stem, 0) > RARE * self.papers:
                continue
            long_form = self.short_to_long[term.form.lower()]
            if f" {normalised(long_form)} " not in flat:
                pieces += [text[position : term.start], f"{long_form} ({term.form})"]
                position = term.end
        return "".join([*pieces, text[position:]])

    def _is_acronym(self, form: str) -> bool:
        """Whether a word as typed is a short form of this collection; "in" and "or" are words, even where
        somebody writes "interneurons (IN)"."""
        key = form.lower()
        ordinary = key in FUNCTION_WORDS or (form == key and key in self.plain)
        return key in self.short_to_long and not ordinary

    def shortened(self, phrase: str) -> tuple[str, ...]:
        """Acronyms whose long form contains `phrase` (normalised): "languag model" gives LLM, VLM, ..."""
        return tuple(
            short for long_form, short in self.long_to_short.items() if f" {phrase} " in f" {long_form} "
        )

    def papers_of_name(self, name: str) -> tuple[str, ...]:
        """The papers that own `name`, or, when nobody introduces it, the few that mention it."""
        key = name_key(name)
        mentions = self.mentions.get(key, ())
        few = mentions if len(mentions) <= FEW else ()
        return self.titled.get(key) or (self.owners.get(key, ()) if few else ()) or few

    def owns(self, name: str) -> bool:
        """Whether some paper introduces `name`, and not so many use it that it is common property."""
        key = name_key(name)
        return key in self.titled or (key in self.owners and len(self.mentions.get(key, ())) <= FEW)

    def is_name(self, name: str) -> bool:
        """Whether the collection uses `name` as a name anywhere."""
        return name_key(name) in self.owners or name_key(name) in self.mentions


class _Reader:
    """Collects the counts while papers are read, once, in order."""

    def __init__(self) -> None:
        self.papers = 0
        self.frequency: Counter[str] = Counter()
        self.forms: Counter[str] = Counter()
        self.acronyms: dict[str, Counter[str]] = defaultdict(Counter)
        self.titled: dict[str, list[str]] = defaultdict(list)
        self.owners: dict[str, list[str]] = defaultdict(list)
        self.mentions: dict[str, list[str]] = defaultdict(list)
        self.titles: dict[str, str] = {}
        self.shown_titles: dict[str, str] = {}
        self.plain: set[str] = set()

    def read(self, paper: Paper) -> None:
        text = f"{paper.title}. {paper.abstract}"
        self.papers += 1
        self.frequency.update(set(content_stems(text)))
        words = {term.form for term in terms(text)}
        self.forms.update({word.lower() for word in words if len(word) > 2})
        self.plain.update(word for word in words if word.islower())
        acronyms = find_acronyms(paper.title) | find_acronyms(paper.abstract)
        for short, long_form in acronyms.items():
            self.acronyms[short][long_form.lower()] += 1
        for name in {*NAME.findall(text), *acronyms}:
            _append(self.mentions[name_key(name)], paper.paper_id)
        for name in head_names(paper.title):
            _append(self.titled[name_key(name)], paper.paper_id)
        for name in introduced_names(paper, acronyms):
            _append(self.owners[name_key(name)], paper.paper_id)
        self.titles[normalised(paper.title)] = paper.paper_id
        self.shown_titles[paper.title] = paper.paper_id

    def lexicon(self, english: Container[str]) -> Lexicon:
        short_to_long, long_to_short = {}, {}
        for short, long_forms in self.acronyms.items():
            short_to_long[short.lower()] = long_forms.most_common(1)[0][0]
            for other in long_forms:
                long_to_short[normalised(other)] = short
        return Lexicon(
            papers=self.papers,
            frequency=dict(self.frequency),
            forms=dict(self.forms),
            short_to_long=short_to_long,
            long_to_short=long_to_short,
            titled=_frozen(self.titled),
            owners=_frozen(self.owners),
            mentions=_frozen(self.mentions),
            titles=self.titles,
            shown_titles=self.shown_titles,
            plain=frozenset(self.plain),
            english=english,
        )


def _append(ids: list[str], paper_id: str) -> None:
    if paper_id not in ids:
        ids.append(paper_id)


def _frozen(names: dict[str, list[str]]) -> dict[str, tuple[str, ...]]:
    return {key: tuple(ids) for key, ids in names.items() if len(key) > 1 and key not in FUNCTION_WORDS}


def head_names(title: str) -> set[str]:
    """Names that a title opens with: what stands before its colon or dash, and the brackets in it."""
    head = re.split(r":\s|\s--?\s", title)[0].strip()
    if head == title or len(head.split()) > 5:
        return set()
    bare = re.sub(r"\s*\([^()]*\)", "", head)
    return {name for name in (bare, *re.findall(r"\(([^()\s]{2,12})\)", head)) if len(name.split()) <= 4}


def introduced_names(paper: Paper, acronyms: Iterable[str]) -> set[str]:
    """Names that a paper gives to its own work ("we propose X", "dubbed X", a defined acronym)."""
    names = {name for name in NAME.findall(paper.title) if not _compound(name)} | set(acronyms)
    for match in _INTRODUCES.finditer(paper.abstract):
        names.update(name for name in NAME.findall(match[0]) if not _compound(name))
    return names


def _compound(name: str) -> bool:
    """ "Open-World" and "LLM-Based" are ordinary compounds, "Mobile-Agent-E" and "JEI-DNN" are names."""
    parts = name.split("-")
    return len(parts) > 1 and parts[-1][:1].isupper() and parts[-1][1:].islower() and len(parts[-1]) > 2
