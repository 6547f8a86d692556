"""Learns `weights.json` from labelled claims and prints cross-validated figures. Needs scikit-learn.

    python -m assistant.checking.support.train claims.jsonl --texts corpus.jsonl --out weights.json

Rows of claims: claim, title, abstract_sentences, evidence (gold sentences, may be empty), label, doc_id,
claim_id.
The abstract is the input; gold sentences serve as a second, shorter view of the same pair in training.
"""

from __future__ import annotations

import argparse
import gzip
import json
import re
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import precision_recall_fscore_support, roc_auc_score
from sklearn.preprocessing import StandardScaler

from assistant.checking.support.agreement import agreement
from assistant.checking.support.checker import SupportChecker
from assistant.checking.support.encoder import MiniLMTokens
from assistant.checking.support.model import Head, Weights
from assistant.checking.support.reading import Encoder
from assistant.checking.support.words import Telling
from assistant.embedding.local import MiniLM

Floats = NDArray[np.float64]
Row = dict[str, Any]
_EVERY = 15  # of the lines of a gzipped text file, one in so many is counted
_SAME_CLAIM = 0.5  # Jaccard overlap from which two claims are variants of one another
_RELEVANCE_C, _AGREEMENT_C = 0.01, 0.05  # inverse regularisation; flat between a third and thrice
_NOTHING = Head((), (), (), (), 0.0)


def texts_in(path: Path) -> Iterator[str]:
    """Titles and texts of a JSONL file, for counting words."""
    with gzip.open(path, "rt") if path.suffix == ".gz" else path.open(encoding="utf-8") as lines:
        for at, line in enumerate(lines):
            if path.suffix != ".gz" or at % _EVERY == 0:
                row = json.loads(line)
                yield f"{row['title']} {row['text']}"


def measured(rows: Sequence[Row], encoder: Encoder, telling: Telling) -> tuple[list[Row], list[Row | None]]:
    """Measures of each claim against its abstract, and against its gold sentences where it has any."""
    checker = SupportChecker(encoder, Weights(_NOTHING, _NOTHING, telling, 0.5, 0.25), remembered=10_000)
    whole = [
        (row["claim"], row["title"], " ".join(s.strip() for s in row["abstract_sentences"])) for row in rows
    ]
    gold = [(row["claim"], "", " ".join(s.strip() for s in row["evidence"])) for row in rows]
    abstracts = [checker.measure([one])[0] for one in whole]
    return abstracts, [checker.measure([one])[0] if one[2] else None for one in gold]


def groups(rows: Sequence[Row]) -> Floats:
    """Rows that share a document or (nearly) a claim may not be split between training and testing."""
    words = [frozenset(re.findall(r"\w+", row["claim"].lower())) for row in rows]
    leader = list(range(len(rows)))

    def find(at: int) -> int:
        while leader[at] != at:
            at = leader[at]
        return at

    for one in range(len(rows)):
        for other in range(one):
            same = any(rows[one][key] == rows[other][key] for key in ("doc_id", "claim_id"))
            if same or len(words[one] & words[other]) >= _SAME_CLAIM * len(words[one] | words[other]):
                leader[find(one)] = find(other)
    return np.array([find(at) for at in range(len(rows))])


def fit_head(names: Sequence[str], rows: Sequence[Row], positive: Sequence[bool], strength: float) -> Head:
    values = np.array([[row[name] for name in names] for row in rows])
    scaler = StandardScaler().fit(values)
    model = LogisticRegression(C=strength, max_iter=5000).fit(scaler.transform(values), positive)
    rounded = [[round(float(v), 5) for v in part] for part in (scaler.mean_, scaler.scale_, model.coef_[0])]
    return Head(list(names), rounded[0], rounded[1], rounded[2], round(float(model.intercept_[0]), 5))


def fit(abstracts: Sequence[Row], gold: Sequence[Row | None], labels: Sequence[str]) -> tuple[Head, Head]:
    """The relevance head from all labels; the agreement head from support against contradiction."""
    every = list(abstracts[0])
    about = [name for name in every if name not in _agreement_names()]
    relevant = [label != "NOT_ENOUGH_INFO" for label in labels]
    told = [at for at, speaks in enumerate(relevant) if speaks]
    both = [(row, labels[at]) for view in (abstracts, gold) for at in told if (row := view[at])]
    return (
        fit_head(about, abstracts, relevant, _RELEVANCE_C),
        fit_head(every, [row for row, _ in both], [label == "SUPPORT" for _, label in both], _AGREEMENT_C),
    )


def _agreement_names() -> frozenset[str]:
    """Names of the measures that `agreement` gives, asked of itself."""
    from assistant.checking.support.reading import TokenVectors, read

    plain = read("word", TokenVectors(np.ones((1, 2), np.float32), [(0, 4)]))
    return frozenset(agreement(plain, [plain]))


def cross_validate(
    abstracts: Sequence[Row],
    gold: Sequence[Row | None],
    labels: Sequence[str],
    group: Floats,
    seed: int,
    folds: int = 10,
) -> tuple[Floats, Floats]:
    """Scores of every row by a model that saw no row of its group: on abstracts, and on gold sentences."""
    unique = np.unique(group)
    np.random.default_rng(seed).shuffle(unique)
    fold_of = {one: at % folds for at, one in enumerate(unique)}
    fold = np.array([fold_of[one] for one in group])
    on_abstract, on_gold = np.zeros(len(labels)), np.zeros(len(labels))
    for held in range(folds):
        train = np.flatnonzero(fold != held).tolist()
        heads = fit([abstracts[i] for i in train], [gold[i] for i in train], [labels[i] for i in train])
        weights = Weights(*heads, Telling({}, 0.0), 0.5, 0.25)
        for at in np.flatnonzero(fold == held).tolist():
            on_abstract[at] = weights.score(abstracts[at])
            seen = gold[at]
            on_gold[at] = weights.score(seen) if seen else 0.0
    return on_abstract, on_gold


def interval(truth: Floats, scores: Floats, group: Floats, rounds: int = 500) -> tuple[float, float]:
    """95 % bootstrap interval of the AUROC, whole groups drawn."""
    random = np.random.default_rng(0)
    members = [np.flatnonzero(group == one) for one in np.unique(group)]
    drawn = (
        np.concatenate([members[at] for at in random.integers(0, len(members), len(members))])
        for _ in range(rounds)
    )
    low, high = np.percentile([roc_auc_score(truth[rows], scores[rows]) for rows in drawn], [2.5, 97.5])
    return float(low), float(high)


def report(name: str, truth: Floats, runs: Sequence[Floats], group: Floats) -> tuple[float, float]:
    """Print the figures of one view; give the threshold of the best F1 and that F1."""
    areas = [roc_auc_score(truth, run) for run in runs]
    mean = np.mean(runs, axis=0)
    low, high = interval(truth, mean, group)
    best = max(np.quantile(mean, np.linspace(0.2, 0.9, 71)), key=lambda t: _f1(truth, mean >= t)[2])
    precision, recall, f1 = _f1(truth, mean >= best)
    sys.stdout.write(
        f"{name}: AUROC {np.mean(areas):.3f} (95% {low:.3f}-{high:.3f}, "
        f"runs {min(areas):.3f}-{max(areas):.3f}); "
        f"at {best:.2f}: P {precision:.3f} R {recall:.3f} F1 {f1:.3f}\n"
    )
    return float(best), f1


def _f1(truth: Floats, said: NDArray[np.bool_]) -> tuple[float, float, float]:
    p, r, f, _ = precision_recall_fscore_support(truth, said, average="binary", zero_division=0)
    return float(p), float(r), float(f)


def train(
    rows: Sequence[Row], encoder: Encoder, telling: Telling, *, supported: float, weak: float
) -> Weights:
    """Print the cross-validated figures, then learn from all rows."""
    labels = [row["label"] for row in rows]
    abstracts, gold = measured(rows, encoder, telling)
    group, truth = groups(rows), np.array([label == "SUPPORT" for label in labels], float)
    runs = [cross_validate(abstracts, gold, labels, group, seed) for seed in range(5)]
    report("whole abstracts", truth, [run[0] for run in runs], group)
    report("gold sentences (none for NOT_ENOUGH_INFO)", truth, [run[1] for run in runs], group)
    return Weights(*fit(abstracts, gold, labels), telling, supported, weak)


def main() -> None:
    """Learn from the files named on the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("claims", type=Path)
    parser.add_argument(
        "--texts", type=Path, nargs="+", required=True, help="JSONL of title and text, to count words"
    )
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--supported", type=float, default=0.5)
    parser.add_argument("--weak", type=float, default=0.36)
    asked = parser.parse_args()
    rows = [json.loads(line) for line in asked.claims.read_text("utf-8").splitlines()]
    telling = Telling.counted(text for path in asked.texts for text in texts_in(path))
    encoder = MiniLMTokens(MiniLM())
    weights = train(rows, encoder, telling, supported=asked.supported, weak=asked.weak)
    asked.out.write_text(json.dumps(weights.to_json(), ensure_ascii=False) + "\n", "utf-8")


if __name__ == "__main__":
    main()
