"""First questions that this very collection can answer, drawn from the words of its papers.

Knows: which names and phrases come back in several abstracts. Does not know answers.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from assistant.domain import Paper

# "Monte Carlo Tree Search": capitalised words in a row, as techniques are written.
_PHRASE = re.compile(r"\b(?:[A-Z][a-z]+(?:-[A-Z][a-z]+)*)(?: (?:[A-Z][a-z]+(?:-[A-Z][a-z]+)*)){1,4}")
_TOO_GENERAL = frozenset(
    {"Large Language Models", "Large Language Model", "Language Models", "Language Model"}
)
_ARTICLES = ("The ", "This ", "These ", "We ", "Our ", "In ", "To ", "With ", "Recent ", "For ", "However ")


def example_questions(papers: Sequence[Paper]) -> tuple[str, ...]:
    """Up to four: a list, a fact, a comparison and another list."""
    phrases = _phrases(papers)
    named = [paper for paper in papers if _short_name(paper)]
    questions = [f"Which papers use {phrases[0]}?"] if phrases else []
    with_number = [paper for paper in named if re.search(r"\d\s?\\?%", paper.abstract)]
    if with_number:
        questions.append(f"What improvement does {_short_name(with_number[0])} report?")
    if len(phrases) > 1:
        questions.append(f"Which papers deal with {phrases[1]}?")
    pair = [paper for paper in named if phrases and phrases[0] in paper.abstract][:2] or named[:2]
    if len(pair) == 2:
        questions.append(f"Compare {_short_name(pair[0])} and {_short_name(pair[1])}.")
    return tuple(questions[:4])


def _phrases(papers: Sequence[Paper]) -> list[str]:
    """Phrases of several papers, but not of most; longer ones first, because they are more precise."""
    found: Counter[str] = Counter()
    for paper in papers:
        found.update({_without_article(match) for match in _PHRASE.findall(paper.abstract)})
    most = max(3, len(papers) // 6)
    kept = [
        phrase
        for phrase, count in found.items()
        if 3 <= count <= most and " " in phrase and phrase not in _TOO_GENERAL
    ]
    return sorted(kept, key=lambda phrase: (-len(phrase.split()), -found[phrase], phrase))


def _without_article(phrase: str) -> str:
    for article in _ARTICLES:
        phrase = phrase.removeprefix(article)
    return phrase


def _short_name(paper: Paper) -> str:
    """ "WebPilot" of "WebPilot: A Versatile ..."; "" when the title has none."""
    name, colon, _ = paper.title.partition(":")
    return name.strip() if colon and len(name.split()) <= 2 and re.search(r"[A-Z]", name[1:]) else ""
