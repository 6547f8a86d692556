"""What can be measured of a paper against a topic, as numbers, and the passage that shows it best.

Knows: word overlap, phrases, late interaction, similarity of vectors, and how far each stands out from the
rest of the collection. Does not know: weights or thresholds; it measures, `ranking` and `screening` judge.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from assistant.reading.interaction import Interaction, Matches
from assistant.reading.library import Library, ReadPaper
from assistant.reading.terms import FUNCTION_WORDS, normalised, terms
from assistant.reading.topic import Topic

if TYPE_CHECKING:
    import numpy.typing as npt

NAMES = (
    "words", "words_z", "passage_words", "passage_words_z", "own_words_z", "weakest",
    "meaning", "meaning_z", "chunk", "chunk_z", "bm25", "bm25_z", "bm25_share",
    "cover_paper", "cover_passage", "cover_title", "rarest", "phrase", "mix_gap", "mix_rank",
    "words_cover", "bm25_cover", "title_meaning_z", "best_part", "worst_part", "topic_z",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Signals:
    """`values[i, j]` is signal `NAMES[j]` of `paper_ids[i]`; `matches[i]` says how its passages match."""

    paper_ids: tuple[str, ...]
    values: npt.NDArray[np.float64]
    matches: tuple[Matches, ...]

    def column(self, name: str) -> npt.NDArray[np.float64]:
        """One signal of all papers."""
        return self.values[:, NAMES.index(name)]


class SignalReader:
    """Measures papers against topics."""

    def __init__(self, library: Library, interaction: Interaction) -> None:
        self._library = library
        self._interaction = interaction

    def measure(
        self,
        topic: Topic,
        paper_ids: Sequence[str],
        *,
        similarity: Mapping[str, float],
        word_score: Mapping[str, float],
        typed: Topic | None = None,
    ) -> Signals:
        """Signals of `paper_ids` for `topic`. `similarity` (cosine of the best chunk) and `word_score` (BM25)
        are by paper id; a missing one counts as the lowest. `typed` is the topic before its acronyms were
        spelt out: passages of papers that write them so are matched with it, or those that hold both forms
        would stand before all."""
        background = self._library.background()
        everyone = tuple(dict.fromkeys([*paper_ids, *background]))
        read = self._library.read_many(everyone)
        query = self._interaction.query(topic.text, topic.terms)
        matches = self._interaction.compare(query, everyone)
        columns = self._columns(topic, read, matches, everyone, similarity, word_score)
        behind = np.isin(np.array(everyone), np.array(background))
        meanings = self._interaction.meanings([*topic.parts, topic.words], everyone)
        *parts, words = _standing(meanings, behind)
        table = _stand_out(columns, behind)
        table |= {"best_part": np.max(parts, axis=0), "worst_part": np.min(parts, axis=0), "topic_z": words}
        # The papers asked for come first in `everyone`.
        values = np.stack([table[name] for name in NAMES], axis=1)[: len(paper_ids)]
        matched = tuple(matches[: len(paper_ids)])
        if typed is not None:
            query = self._interaction.query(typed.text, typed.terms)
            others = self._interaction.compare(query, paper_ids)
            covered = columns["cover_paper"], _covered(self._weights(typed), read)
            matched = tuple(
                other if as_typed >= spelt else match
                for match, other, spelt, as_typed in zip(matched, others, *covered, strict=False)
            )
        return Signals(tuple(paper_ids), values, matched)

    def _columns(
        self,
        topic: Topic,
        read: Sequence[ReadPaper],
        matches: Sequence[Matches],
        paper_ids: Sequence[str],
        similarity: Mapping[str, float],
        word_score: Mapping[str, float],
    ) -> dict[str, npt.NDArray[np.float64]]:
        weights = self._weights(topic)
        total, rarest = sum(weights.values()) or 1.0, max(weights.values(), default=1.0) or 1.0
        phrases = self._phrases(topic)
        low = min(similarity.values(), default=0.0)
        return {
            "words": _array(m.paper + m.words.max() for m in matches),
            "passage_words": _array(m.words.max() for m in matches),
            "own_words": _array(m.words[list(r.own)].max() for m, r in zip(matches, read, strict=True)),
            "weakest": _array(m.weakest for m in matches),
            "meaning": _array(np.sort(m.meaning)[::-1][:3].mean() for m in matches),
            "title_meaning": _array(m.meaning[0] for m in matches),
            "chunk": _array(similarity.get(paper_id, low) for paper_id in paper_ids),
            "bm25": _array(word_score.get(paper_id, 0.0) for paper_id in paper_ids),
            "bm25_share": _array(word_score.get(paper_id, 0.0) / total for paper_id in paper_ids),
            "cover_paper": _covered(weights, read),
            "cover_passage": _array(max(_cover(weights, s) for s in item.stems) / total for item in read),
            "cover_title": _array(_cover(weights, item.stems[0]) / total for item in read),
            "rarest": _array(
                max((w for stem, w in weights.items() if stem in item.all_stems), default=0.0) / rarest
                for item in read
            ),
            "phrase": _array(_phrase_share(phrases, item) for item in read),
        }

    def _weights(self, topic: Topic) -> dict[str, float]:
        """How rare each term of the topic is."""
        return {term.stem: self._library.lexicon.idf(term.stem) for term in topic.terms}

    def _phrases(self, topic: Topic) -> dict[str, float]:
        """Neighbouring words of the topic, and its acronyms spelt out, that occur as such; by rarity."""
        words = [term.stem for term in terms(topic.wanted) if term.form.lower() not in FUNCTION_WORDS]
        found = [f" {a} {b} " for a, b in pairwise(words)]
        found += [f" {normalised(other)} " for other in self._library.lexicon.expansions(topic.wanted)]
        background = self._library.read_many(self._library.background())
        counts = {
            phrase: sum(phrase in item.normalised for item in background) for phrase in dict.fromkeys(found)
        }
        return {phrase: math.log(1 + len(background) / (n + 0.5)) for phrase, n in counts.items() if n}


def _stand_out(
    columns: dict[str, npt.NDArray[np.float64]], behind: npt.NDArray[np.bool_]
) -> dict[str, npt.NDArray[np.float64]]:
    """The columns, and those that are judged against the background, in its standard deviations."""
    table = dict(columns)
    top = max(float(columns["bm25"].max()), 1e-9)
    for name in ("words", "passage_words", "own_words", "meaning", "title_meaning", "chunk", "bm25"):
        table[f"{name}_z"] = _standing(columns[name], behind)
    table["bm25"] = columns["bm25"] / top
    mix = (
        table["words_z"]
        + table["passage_words_z"]
        + table["meaning_z"]
        + table["chunk_z"]
        + 2 * table["bm25_z"]
    )
    # Where the question's words hardly occur in the collection, they should not decide.
    occur = float(columns["cover_paper"].max())
    table["words_cover"], table["bm25_cover"] = table["words_z"] * occur, table["bm25_z"] * occur
    table["mix_gap"] = mix - mix.max()
    table["mix_rank"] = -np.log1p(np.argsort(np.argsort(-mix)))
    return table


def _standing(values: npt.NDArray[np.float64], behind: npt.NDArray[np.bool_]) -> npt.NDArray[np.float64]:
    """How far each paper (last axis) stands above the papers in the background, in their deviations."""
    mean = values[..., behind].mean(axis=-1, keepdims=True)
    return (values - mean) / (values[..., behind].std(axis=-1, keepdims=True) + 1e-9)  # type: ignore[no-any-return]


def _array(values: Iterable[float]) -> npt.NDArray[np.float64]:
    return np.array(list(values), dtype=np.float64)


def _covered(weights: Mapping[str, float], read: Sequence[ReadPaper]) -> npt.NDArray[np.float64]:
    """How much of the topic, by rarity, each paper holds (0..1)."""
    total = sum(weights.values()) or 1.0
    return _array(_cover(weights, item.all_stems) / total for item in read)


def _cover(weights: Mapping[str, float], stems: frozenset[str]) -> float:
    return sum(weight for stem, weight in weights.items() if stem in stems)


def _phrase_share(phrases: Mapping[str, float], read: ReadPaper) -> float:
    if not phrases:
        return 0.0
    held = sum(weight for phrase, weight in phrases.items() if phrase in read.normalised)
    return held / sum(phrases.values())
