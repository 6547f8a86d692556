"""Groups of papers -> their names, by class-based TF-IDF over titles and abstracts.

Knows: which words tell nothing, and that a name stands in a title. Does not know how papers were grouped.
"""

from __future__ import annotations

from collections.abc import Sequence
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
    "called", "capabilities", "challenge", "challenges", "code", "com", "data", "dataset", "datasets",
    "demonstrate", "demonstrates", "despite", "different", "effective", "effectively", "enables",
    "enabling", "evaluate", "evaluation", "existing", "experimental", "experiments", "extensive",
    "finally", "first", "framework", "furthermore", "github", "high", "higher", "however", "https",
    "human", "improve", "improved", "improvement", "improves", "including", "information", "introduce",
    "introduces", "key", "language", "large", "learning", "level", "leverage", "leveraging", "limited",
    "llm", "llms", "method", "methods", "model", "models", "moreover", "new", "novel", "number",
    "outperforms", "paper", "performance", "potential", "present", "problem", "problems", "propose",
    "proposed", "proposes", "provide", "provides", "recent", "recently", "remains", "research",
    "result", "results", "second", "show", "shows", "significantly", "sota", "state", "study", "task",
    "tasks", "time", "train", "trained", "training", "use", "used", "uses", "using", "various", "well",
    "work", "works",
})
# fmt: on


def topic_names(papers: Sequence[Paper], groups: Array) -> dict[int, str]:
    """For each number in `groups` (one per paper) the words that are frequent in it and rare elsewhere."""
    import numpy as np
    from sklearn.feature_extraction.text import ENGLISH_STOP_WORDS, CountVectorizer

    numbers = sorted({int(group) for group in groups})
    counter = CountVectorizer(
        stop_words=sorted(ENGLISH_STOP_WORDS | set(SCAFFOLDING)),
        ngram_range=(1, 2),
        token_pattern=r"(?u)\b[a-zA-Z][a-zA-Z-]{2,}\b",
        max_features=50_000,
        binary=True,  # a word that one paper repeats does not name a topic of many
    )
    try:
        found = counter.fit_transform(f"{paper.title} . {paper.abstract}" for paper in papers)
        # Titles name topics; what stands in abstracts only ("significant improvements") rarely does.
        titled = counter.transform(paper.title for paper in papers)
    except ValueError:  # no word that could name anything
        return dict.fromkeys(numbers, "papers")
    counts, titles = _sums(found, groups, numbers), _sums(titled, groups, numbers)
    counts[(counts < min(2, counts.max())) | (titles == 0)] = 0
    counts = counts + 2 * titles
    words = counter.get_feature_names_out()
    frequency = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    rarity = np.log1p(counts.sum() / len(numbers) / np.maximum(counts.sum(axis=0), 1))
    several = np.array([1.6 if " " in word else 1.0 for word in words])
    weight = frequency * rarity * several
    return {number: _name(words, weight[row]) for row, number in enumerate(numbers)}


def _sums(found: Any, groups: Array, numbers: Sequence[int]) -> Array:  # noqa: ANN401  # a scipy matrix
    """In how many papers of each group each word stands."""
    import numpy as np

    rows = [np.asarray(found[groups == number].sum(axis=0)) for number in numbers]
    return np.vstack(rows).astype(float)


def _name(words: Array, weight: Array, *, parts: int = 2) -> str:
    """The best words; one that shares its stem with a word already chosen adds nothing."""
    chosen: list[str] = []
    for place in weight.argsort(kind="stable")[::-1][:40]:
        stems = {part[:5] for part in str(words[place]).replace("-", " ").split()}
        if all(stems.isdisjoint({part[:5] for part in word.replace("-", " ").split()}) for word in chosen):
            chosen.append(str(words[place]))
        if len(chosen) == parts:
            break
    return ", ".join(chosen)
