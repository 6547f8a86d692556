"""Weights for ranking, lists and absence, learnt from questions with known answers.

    python -m assistant.evaluation.learning QUESTIONS.jsonl... --write

prints cross-validated figures and, with --write, replaces retrieval/weights.json. Everything that is learnt
is linear, small and regularised, because a few hundred questions carry no more.

Knows: how question files become training rows. Does not know: how signals are measured or used.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from assistant.build import build
from assistant.chat import turns_from_rows
from assistant.domain import Question
from assistant.engine import Assistant
from assistant.reading.library import Library
from assistant.reading.signals import NAMES
from assistant.retrieval.candidates import Candidates, Looked
from assistant.retrieval.ranking import WEIGHTS, Linear, probability
from assistant.screening.absence import DETAIL_INPUTS, LIST_INPUTS, asks_outside, detail_inputs, list_inputs
from assistant.screening.scored import cut
from assistant.settings import Settings

if TYPE_CHECKING:
    import numpy.typing as npt

RANK_NAMES = ("words_z", "meaning_z", "chunk_z", "words_cover")
LIST_NAMES = tuple(name for name in NAMES if name not in {"words_cover", "bm25_cover", "title_meaning_z"})
FACT_TYPES = ("single", "paraphrase", "explain")
FOLDS = 8


@dataclass(frozen=True, slots=True)
class Example:
    """A question with its row of the file and what was looked at for it. `wanted` and `neutral` are ids."""

    row: dict[str, Any]
    question: Question
    looked: Looked
    wanted: frozenset[str]
    neutral: frozenset[str]

    @property
    def labels(self) -> npt.NDArray[np.int64]:
        """1 for wanted papers, -1 for neutral ones, 0 for the rest."""
        ids = self.looked.signals.paper_ids
        return np.array([1 if p in self.wanted else -1 if p in self.neutral else 0 for p in ids])


def fit_list(examples: Sequence[Example]) -> Linear:
    """Which papers belong to a list; each question counts about alike, however many papers it wants."""
    from sklearn.linear_model import LogisticRegression

    places = [NAMES.index(name) for name in LIST_NAMES]
    values, labels, weights = [], [], []
    for example in examples:
        known = example.labels >= 0
        values.append(example.looked.signals.values[:, places][known])
        labels.append(example.labels[known])
        weights.append(np.full(int(known.sum()), 1 / np.sqrt(max(1, int((example.labels == 1).sum())))))
    return _logistic(
        LogisticRegression(C=0.03, max_iter=3000),
        LIST_NAMES,
        np.concatenate(values),
        np.concatenate(labels),
        np.concatenate(weights),
    )


def _logistic(
    model: Any,  # noqa: ANN401 - scikit-learn has no types
    names: Sequence[str],
    values: npt.NDArray[np.float64],
    labels: npt.NDArray[np.int64],
    weights: npt.NDArray[np.float64] | None = None,
) -> Linear:
    means, scales = values.mean(axis=0), values.std(axis=0) + 1e-9
    model.fit((values - means) / scales, labels, sample_weight=weights)
    return Linear(
        tuple(names),
        tuple(model.coef_[0].tolist()),
        tuple(means.tolist()),
        tuple(scales.tolist()),
        float(model.intercept_[0]),
    )


def fit_rank(examples: Sequence[Example], *, penalty: float = 0.3) -> Linear:
    """Which paper answers a question: softmax over the candidates, as in listwise learning to rank."""
    from scipy.optimize import minimize

    places = [NAMES.index(name) for name in RANK_NAMES]
    tables = [example.looked.signals.values[:, places] for example in examples]
    targets = [(example.labels == 1) / max(1, int((example.labels == 1).sum())) for example in examples]

    def loss(weights: npt.NDArray[np.float64]) -> tuple[float, npt.NDArray[np.float64]]:
        total, slope = penalty * float(weights @ weights), 2 * penalty * weights
        for table, target in zip(tables, targets, strict=True):
            scores = table @ weights
            shares = np.exp(scores - scores.max())
            shares /= shares.sum()
            total -= float(target @ np.log(shares + 1e-12)) / len(tables)
            slope = slope - table.T @ (target - shares) / len(tables)
        return total, slope

    weights = minimize(loss, np.zeros(len(places)), jac=True, method="L-BFGS-B").x
    count = len(places)
    return Linear(RANK_NAMES, tuple(weights.tolist()), (0.0,) * count, (1.0,) * count, 0.0)


def fit_absence(
    rows: Sequence[tuple[list[float], bool]], names: Sequence[str], *, strength: float = 0.2
) -> Linear:
    """Whether there is an answer; both classes count alike."""
    from sklearn.linear_model import LogisticRegression

    values = np.array([inputs for inputs, _ in rows])
    labels = np.array([int(answered) for _, answered in rows])
    return _logistic(
        LogisticRegression(C=strength, class_weight="balanced", max_iter=3000), names, values, labels
    )


def absence_rows(
    examples: Sequence[Example], library: Library, models: Mapping[str, Linear]
) -> dict[str, list[tuple[list[float], bool]]]:
    """Training rows of the two models of absence."""
    rows: dict[str, list[tuple[list[float], bool]]] = {"about_list": [], "about_detail": []}
    for example in examples:
        question, looked = example.question, example.looked
        answered = example.row["type"] != "unanswerable"
        if question.kind == "list" and question.scope is None:
            confidence = probability(models["list"].score_signals(looked.signals))
            inputs = list_inputs(question, looked.topic, looked.signals, confidence, library.lexicon)
            rows["about_list"].append((inputs, answered))
        elif question.kind in ("fact", "explain") and question.named and not asks_outside(question):
            scores = models["rank"].score_signals(looked.signals)
            ids = looked.signals.paper_ids
            place = max((ids.index(name) for name in question.named), key=lambda place: scores[place])
            read = library.read(ids[place])
            inputs = detail_inputs(question, looked.topic, looked.signals, place, library.lexicon, read)
            rows["about_detail"].append((inputs, answered))
    return rows


def learn(examples: Sequence[Example], library: Library) -> dict[str, Linear]:
    """All models, from all examples."""
    lists = [e for e in examples if e.row["type"] == "list" and e.question.scope is None]
    facts = [e for e in examples if e.row["type"] in FACT_TYPES and e.question.scope is None and e.wanted]
    models = {"rank": fit_rank(facts), "list": fit_list(lists)}
    rows = absence_rows(examples, library, models)
    models["about_list"] = fit_absence(rows["about_list"], LIST_INPUTS)
    models["about_detail"] = fit_absence(rows["about_detail"], DETAIL_INPUTS)
    return models


def read_examples(assistant: Assistant, candidates: Candidates, paths: Sequence[Path]) -> list[Example]:
    """Every English question of the files that is searched, with what was looked at for it."""
    titles = {paper.title: paper.paper_id for paper in assistant.papers()}
    examples = []
    for path in paths:
        for row in (json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line):
            question = assistant.reader.read(row["question"], turns_from_rows(row.get("history") or []))
            if question.kind in ("small_talk", "declined") or question.language != "en":
                continue
            ids = [frozenset(titles[t] for t in row[name]) for name in ("gold_papers", "acceptable_papers")]
            if row["type"] != "adversarial":
                examples.append(Example(row, question, candidates.look(question), ids[0], ids[1]))
    return examples


def cross_validated(examples: Sequence[Example], library: Library) -> dict[str, float]:
    """Figures on questions that were left out: mean F1 of lists, and how often the right paper is first."""
    order = np.random.default_rng(0).permutation(len(examples))
    f1s, firsts = [], []
    for fold in range(FOLDS):
        held = {int(i) for i in order[fold::FOLDS]}
        models = learn([e for i, e in enumerate(examples) if i not in held], library)
        for example in (examples[i] for i in sorted(held)):
            if example.row["type"] == "list" and example.question.scope is None:
                confidence = probability(models["list"].score_signals(example.looked.signals))
                f1s.append(_f1(cut(confidence, in_scope=False), example.labels))
            elif example.row["type"] in FACT_TYPES and example.wanted:
                scores = models["rank"].score_signals(example.looked.signals)
                firsts.append(float(example.labels[int(np.argmax(scores))] == 1))
    return {"list_f1": float(np.mean(f1s)), "right_paper_first": float(np.mean(firsts))}


def _f1(chosen: npt.NDArray[np.bool_], labels: npt.NDArray[np.int64]) -> float:
    right, wrong = int((chosen & (labels == 1)).sum()), int((chosen & (labels == 0)).sum())
    return 2 * right / max(1, 2 * right + wrong + int((~chosen & (labels == 1)).sum()))


def main() -> int:
    """Learn, print the cross-validated figures, and write the weights when asked to."""
    parser = argparse.ArgumentParser(prog="python -m assistant.evaluation.learning")
    parser.add_argument("files", nargs="+", type=Path, metavar="QUESTIONS.jsonl")
    parser.add_argument("--write", action="store_true", help=f"replace {WEIGHTS.name}")
    options = parser.parse_args()
    assistant = build(replace(Settings.from_environment(), offline=True))
    examples = read_examples(assistant, assistant.offline.candidates, options.files)
    figures = cross_validated(examples, assistant.library)
    sys.stdout.write(json.dumps({"questions": len(examples), **figures}) + "\n")
    if options.write:
        models = learn(examples, assistant.library)
        rows = {name: {k: _rounded(v) for k, v in asdict(model).items()} for name, model in models.items()}
        WEIGHTS.write_text(json.dumps({"models": rows}, indent=1) + "\n", encoding="utf-8")
    assistant.close()
    return 0


def _rounded(value: object) -> object:
    if isinstance(value, float):
        return round(value, 5)
    return [_rounded(item) for item in value] if isinstance(value, list | tuple) else value


if __name__ == "__main__":
    sys.exit(main())
