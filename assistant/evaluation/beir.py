"""A BEIR folder -> documents, queries and what is relevant.

Knows: corpus.jsonl, queries.jsonl, qrels.tsv (or qrels/test.tsv). Does not know: retrieval or metrics.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from assistant.domain import Paper
from assistant.errors import EvaluationError
from assistant.evaluation.rows import lines_of, read_rows

QRELS = ("qrels.tsv", "qrels/test.tsv", "qrels/dev.tsv", "qrels/train.tsv")
HEADER = "query-id"


@dataclass(frozen=True, slots=True)
class Benchmark:
    """Documents as papers, the queries that were judged, and the judgements: query -> document -> grade."""

    name: str
    papers: tuple[Paper, ...]
    queries: Mapping[str, str]
    relevant: Mapping[str, Mapping[str, int]]


def read_benchmark(folder: Path) -> Benchmark:
    """The benchmark in `folder`.

    Raises:
        EvaluationError: a file is missing or of another form, or no query has a judged document.
    """
    if not folder.is_dir():
        raise EvaluationError(
            f"{folder} is no folder; it must hold corpus.jsonl, queries.jsonl and qrels.tsv."
        )
    papers = tuple(
        Paper(str(row["_id"]), str(row.get("title") or ""), str(row["text"]), source="corpus.jsonl")
        for row in read_rows(folder / "corpus.jsonl", needed=("_id", "text"))
    )
    texts = {
        str(row["_id"]): str(row["text"])
        for row in read_rows(folder / "queries.jsonl", needed=("_id", "text"))
    }
    relevant = _relevant(_qrels_file(folder))
    queries = {query: text for query, text in texts.items() if query in relevant}
    if not queries:
        raise EvaluationError(f"No query of {folder} has a judged document; do the ids fit?")
    _check_ids(folder, [paper.paper_id for paper in papers], [relevant[query] for query in queries])
    return Benchmark(folder.resolve().name, papers, queries, {query: relevant[query] for query in queries})


def _check_ids(folder: Path, names: Sequence[str], judged: Sequence[Mapping[str, int]]) -> None:
    """Figures over documents that count twice, or that are not there, would be wrong without a word."""
    twice = sorted(name for name, times in Counter(names).items() if times > 1)
    if twice:
        raise EvaluationError(
            f"{folder}/corpus.jsonl has several documents of the id {', '.join(twice[:3])}."
        )
    if not any(set(names) & set(documents) for documents in judged):
        raise EvaluationError(f"No judged document of {folder} stands in its corpus.jsonl; do the ids fit?")


def _qrels_file(folder: Path) -> Path:
    for name in QRELS:
        if (folder / name).is_file():
            return folder / name
    raise EvaluationError(f"{folder} has no qrels.tsv (query-id, corpus-id, score; separated by tabs).")


def _relevant(path: Path) -> dict[str, dict[str, int]]:
    """Judgements; rows of three columns, or of four as TREC writes them (the second is unused there)."""
    found: dict[str, dict[str, int]] = {}
    for number, line in lines_of(path):
        cells = line.split("\t") if "\t" in line else line.split()
        if number == 1 and cells[0].strip().lower() == HEADER:
            continue
        if len(cells) not in {3, 4}:
            raise EvaluationError(f"{path}, line {number}: expected query-id, corpus-id and score.")
        try:
            found.setdefault(cells[0].strip(), {})[cells[-2].strip()] = int(float(cells[-1]))
        except (ValueError, OverflowError) as error:
            raise EvaluationError(f"{path}, line {number}: the score {cells[-1]!r} is no number.") from error
    return found
