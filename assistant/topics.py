"""Groups of papers -> their names: the phrases that many papers of a group share and few others have.

Knows: which words tell nothing, that a name is a run of words as the papers write it, and that it stands in
a title. Does not know how papers were grouped.
"""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any

from assistant.domain import Paper

if TYPE_CHECKING:
    import numpy as np

    Array = np.ndarray[Any, Any]

# Words of every abstract: they tell nothing about a topic.
# fmt: off
SCAFFOLDING = frozenset({
    "abilities", "ability", "achieve", "achieves", "achieving", "address", "approach", "approaches",
    "art", "available", "average", "based", "baselines", "benchmark", "benchmarks", "best", "better",
    "called", "capabilities", "challenge", "challenges", "code", "com", "complex", "data", "dataset",
    "datasets", "demonstrate", "demonstrates", "despite", "different", "effective", "effectively",
    "enables", "enabling", "evaluate", "evaluation", "existing", "experimental", "experiments", "extensive",
    "finally", "first", "framework", "furthermore", "github", "high", "higher", "however", "https",
    "human", "implementing", "improve", "improved", "improvement", "improves", "including", "information",
    "introduce", "introduces", "key", "language", "large", "learning", "level", "leverage", "leveraging",
    "limited", "llm", "llms", "method", "methods", "model", "models", "moreover", "new", "novel", "number",
    "outperforms", "paper", "performance", "potential", "present", "problem", "problems", "propose",
    "proposed", "proposes", "provide", "provides", "recent", "recently", "rely", "relying", "remains",
    "research", "result", "results", "second", "show", "shows", "significantly", "sota", "state", "study",
    "task", "tasks", "time", "train", "trained", "training", "use", "used", "uses", "using", "various",
    "well", "work", "works",
})
# These tell nothing alone, but belong to names: "reward models", "human feedback", "reinforcement learning".
HEADS = frozenset({
    "code", "feedback", "human", "information", "knowledge", "language", "learning", "model", "models",
    "research", "task", "tasks",
})
# fmt: on
SAMPLE = 6000
_LONGER = {1: 1.0, 2: 1.8, 3: 2.2}
_ENOUGH = 0.35
_BREAK = re.compile(r"[.,;:()!?\[\]{}$\\\"“”/]+\s*|\s--\s")
_WORD = re.compile(r"[^\W\d_][\w+*^]*")


def topic_names(papers: Sequence[Paper], groups: Array) -> dict[int, str]:
    """For each number in `groups` (one per paper) the phrases that are frequent in it and rare elsewhere."""
    step = max(1, -(-len(papers) // SAMPLE))
    read = [(paper, int(group)) for paper, group in zip(papers, groups, strict=True)][::step]
    forms: dict[str, Counter[str]] = defaultdict(Counter)
    everywhere: Counter[str] = Counter()
    inside: dict[int, Counter[str]] = defaultdict(Counter)
    held: dict[int, Counter[str]] = defaultdict(Counter)
    titled: dict[int, set[str]] = defaultdict(set)
    sizes = Counter(group for _, group in read)
    for paper, group in read:
        # A phrase that one paper repeats does not name a topic of many; one in a title counts more.
        title, abstract = _phrases(paper.title, forms), _phrases(paper.abstract, forms)
        weights = Counter(dict.fromkeys(title, 2)) + Counter(dict.fromkeys(abstract, 1))
        everywhere.update(weights)
        inside[group].update(weights)
        held[group].update(title | abstract)
        titled[group] |= title
    names = {int(group): "papers" for group in groups}
    for group, size in sizes.items():
        scores = {
            phrase: weight / size * math.log(weight / size * len(read) / everywhere[phrase] + 1e-9)
            * _LONGER[phrase.count(" ") + 1]
            for phrase, weight in inside[group].items()
            if phrase in titled[group] and held[group][phrase] >= min(2, size)
        }  # fmt: skip
        names[group] = _name(scores, forms) or "papers"
    return names


def _phrases(text: str, forms: dict[str, Counter[str]]) -> set[str]:
    """The runs of one to three telling words; `forms` learns how each is written."""
    found = set()
    for part in _BREAK.split(text):
        words = list(_WORD.finditer(part))
        for size in _LONGER:
            for first in range(len(words) - size + 1):
                run = words[first : first + size]
                key = _key([word.group().lower() for word in run])
                if key:
                    found.add(key)
                    forms[key][part[run[0].start() : run[-1].end()]] += 1
    return found


def _key(words: Sequence[str]) -> str:
    """The words without their plurals; "" when they cannot be a name."""
    if any(len(word) < 2 or word in _untelling() for word in words):
        return ""
    if all(word in HEADS for word in words) or (len(words) == 1 and len(words[0]) < 3):
        return ""
    return " ".join(map(_singular, words))


@cache
def _untelling() -> frozenset[str]:
    from sklearn.feature_extraction.text import ENGLISH_STOP_WORDS

    return frozenset(ENGLISH_STOP_WORDS) | (SCAFFOLDING - HEADS)


def _singular(word: str) -> str:
    if len(word) > 4 and word.endswith("ies"):
        return f"{word[:-3]}y"
    return word[:-1] if len(word) > 3 and word.endswith("s") and word[-2] not in "sui" else word


def _name(scores: Mapping[str, float], forms: Mapping[str, Counter[str]], *, parts: int = 2) -> str:
    """The best phrases; one that shares a stem with a phrase already chosen adds nothing."""
    chosen: list[str] = []
    for phrase in sorted(scores, key=lambda phrase: (-scores[phrase], phrase)):
        if len(chosen) == parts or scores[phrase] < _ENOUGH * scores[(chosen or [phrase])[0]]:
            break
        if all(_stems(phrase).isdisjoint(_stems(other)) for other in chosen):
            chosen.append(phrase)
    name = ", ".join(_written(forms[phrase]) for phrase in chosen)
    return name[:1].upper() + name[1:]


def _stems(phrase: str) -> set[str]:
    return {word[:5] for word in phrase.split()}


def _written(forms: Counter[str]) -> str:
    """The usual way of writing, in small letters but for capitals that belong to a word ("LLM")."""
    usual: Counter[str] = Counter()
    for form, count in forms.items():
        usual[form.lower()] += count
    best = max(usual, key=lambda form: (usual[form], form))
    # A topic is about agents, not about agent.
    if 3 * usual[f"{best}s"] >= usual[best]:
        best = f"{best}s"
    form = max((form for form in forms if form.lower() == best), key=lambda form: (forms[form], form))
    return re.sub(r"\w+", lambda word: "".join(_as_spelt(word.group())), form)


def _as_spelt(word: str) -> Iterator[str]:
    keeps = sum(letter.isupper() for letter in word) > 1
    return (letter if keeps else letter.lower() for letter in word)
