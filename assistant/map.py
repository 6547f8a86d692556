"""Papers -> a map in two dimensions with named topics, made once per collection and kept in a file.

Knows: how papers are laid out (t-SNE; large collections by a sample that the others are placed among), how
they fall into topics. Does not know: how a topic gets its name, how a map is drawn,
where vectors come from; without any it makes its own from the words. The same papers give the same map.
"""

from __future__ import annotations

import json
import math
import os
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from assistant.domain import Paper, digest
from assistant.topics import topic_names

if TYPE_CHECKING:
    import numpy as np

    Array = np.ndarray[Any, Any]

VERSION = "9"
SAMPLE = 1500
SEED = 7


@dataclass(frozen=True, slots=True)
class Place:
    """Where a paper lies: x and y from 0 to 1, and the number of its topic."""

    paper_id: str
    x: float
    y: float
    topic: int


@dataclass(frozen=True, slots=True)
class Topic:
    """A group of neighbouring papers, its name, and where the name goes: above its highest paper."""

    name: str
    count: int
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class PaperMap:
    """All places in the order of the papers; topics by size, largest first."""

    places: tuple[Place, ...] = ()
    topics: tuple[Topic, ...] = ()

    def topic_of(self) -> dict[str, int]:
        """Paper id -> number of its topic."""
        return {place.paper_id: place.topic for place in self.places}


def map_of(
    papers: Sequence[Paper], folder: Path, vectors: Callable[[], Array | None] = lambda: None
) -> PaperMap:
    """The map kept under `folder`, or a new one when the papers have changed. `vectors` is called for a new
    map only; it gives one row per paper."""
    file = folder / "map.json"
    fingerprint = digest(VERSION, *(f"{paper.paper_id} {paper.content_hash}" for paper in papers))
    known = _read(file, fingerprint)
    if known is not None:
        return known
    made = make_map(papers, vectors())
    folder.mkdir(parents=True, exist_ok=True)
    draft = file.with_name(f"map.{os.getpid()}.tmp")
    draft.write_text(json.dumps({"fingerprint": fingerprint, **asdict(made)}), encoding="utf-8")
    draft.replace(file)
    return made


def _read(file: Path, fingerprint: str) -> PaperMap | None:
    try:
        row = json.loads(file.read_text(encoding="utf-8"))
        if row["fingerprint"] != fingerprint:
            return None
        return PaperMap(
            tuple(Place(**place) for place in row["places"]), tuple(Topic(**topic) for topic in row["topics"])
        )
    except (OSError, ValueError, KeyError, TypeError):
        return None


def mean_vectors(papers: Sequence[Paper], chunk_ids: Sequence[str], rows: Array) -> Array | None:
    """One row per paper from the rows of its chunks ("paper:0"); None when a paper has none."""
    import numpy as np

    mine: dict[str, list[Array]] = {}
    for chunk_id, row in zip(chunk_ids, rows, strict=True):
        mine.setdefault(chunk_id.rpartition(":")[0], []).append(row)
    if any(paper.paper_id not in mine for paper in papers):
        return None
    return np.vstack([np.mean(mine[paper.paper_id], axis=0) for paper in papers])


def make_map(papers: Sequence[Paper], vectors: Array | None = None) -> PaperMap:
    """Lay out `papers`; `vectors` has one row per paper."""
    if len(papers) < 4:
        places = tuple(Place(paper.paper_id, (at + 1) / 4, 0.5, 0) for at, paper in enumerate(papers))
        return PaperMap(places, (Topic("all papers", len(papers), 0.5, 0.4),) if papers else ())
    from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

    # On few cores that others use too, the libraries' threads wait for each other most of the time.
    with threadpool_limits(limits=1):
        rows = _from_words(papers) if vectors is None or len(vectors) != len(papers) else vectors
        spots = _spread(_layout(rows))
        # Grouped by where they lie: a topic is then a region of the map, and its name stands in it.
        groups = _groups(spots)
        return _assembled(papers, spots, groups, topic_names(papers, groups))


def _from_words(papers: Sequence[Paper]) -> Array:
    import numpy as np
    from sklearn.decomposition import TruncatedSVD
    from sklearn.feature_extraction.text import HashingVectorizer, TfidfTransformer
    from sklearn.preprocessing import normalize

    texts = [f"{paper.title}. {paper.title}. {paper.abstract}" for paper in papers]
    # Hashed words need no vocabulary, so that papers without a usual word do no harm.
    counts = HashingVectorizer(n_features=2**14, stop_words="english", alternate_sign=False).transform(texts)
    weights = TfidfTransformer(sublinear_tf=True).fit_transform(counts)
    size = max(2, min(64, len(texts) - 1))
    # Papers of the very same words have no variance to divide by.
    with np.errstate(divide="ignore", invalid="ignore"):
        reduced: Array = TruncatedSVD(n_components=size, random_state=SEED).fit_transform(weights)
    unit: Array = normalize(reduced)
    return unit


def _groups(spots: Array) -> Array:
    """A topic number per paper."""
    from sklearn.cluster import KMeans

    wanted = max(2, min(14, round(math.sqrt(len(spots) * 0.75))))
    found: Array = KMeans(n_clusters=wanted, random_state=SEED, n_init=10).fit_predict(spots)
    return found


def _layout(rows: Array) -> Array:
    """Two coordinates per row. t-SNE takes minutes for many rows: it lays out a sample, and every other paper
    goes to where its nearest neighbours in the sample lie."""
    import numpy as np
    from sklearn.decomposition import PCA
    from sklearn.manifold import TSNE
    from sklearn.neighbors import NearestNeighbors

    random = np.random.default_rng(SEED)
    # Papers of the very same words would make the layout divide by zero.
    rows = rows + random.normal(scale=1e-4, size=rows.shape)
    chosen = np.arange(len(rows))
    if len(rows) > SAMPLE:
        chosen = np.sort(random.choice(len(rows), SAMPLE, replace=False))
    sample = rows[chosen]
    if min(sample.shape) > 50:
        sample = PCA(n_components=50, random_state=SEED).fit_transform(sample)
    nearby = max(2, min(30, (len(sample) - 1) // 6))
    laid: Array = TSNE(perplexity=nearby, init="pca", random_state=SEED, metric="cosine").fit_transform(
        sample
    )
    if len(chosen) == len(rows):
        return laid
    distances, near = NearestNeighbors(n_neighbors=4).fit(rows[chosen]).kneighbors(rows)
    weights = 1 / (distances + 1e-6)
    weights = weights / weights.sum(axis=1, keepdims=True)
    placed: Array = (laid[near] * weights[:, :, None]).sum(axis=1)
    return placed


def _spread(laid: Array) -> Array:
    """Coordinates from 0.04 to 0.96, and from 0.09 down: names stand above their papers. Far outliers are
    drawn in, or they would squeeze all others."""
    import numpy as np

    low, high = np.percentile(laid, 1, axis=0), np.percentile(laid, 99, axis=0)
    inside: Array = (np.clip(laid, low, high) - low) / np.maximum(high - low, 1e-9)
    spread: Array = inside * np.array([0.92, 0.87]) + np.array([0.04, 0.09])
    return spread


def _assembled(papers: Sequence[Paper], spots: Array, groups: Array, names: dict[int, str]) -> PaperMap:
    import numpy as np

    sizes = {number: int((groups == number).sum()) for number in names}
    order = sorted(names, key=lambda number: (-sizes[number], names[number]))
    rank = {number: place for place, number in enumerate(order)}
    places = tuple(
        Place(paper.paper_id, round(float(x), 4), round(float(y), 4), rank[int(group)])
        for paper, (x, y), group in zip(papers, spots, groups, strict=True)
    )
    topics = []
    for number in order:
        mine = spots[groups == number]
        x, y = np.median(mine[:, 0]), max(0.03, mine[:, 1].min() - 0.03)
        topics.append(Topic(names[number], sizes[number], round(float(x), 4), round(float(y), 4)))
    return PaperMap(places, tuple(topics))
