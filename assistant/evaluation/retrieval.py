"""Judged queries -> ranking quality and time per query.

Knows: metrics (by ir-measures) and the clock. Does not know: how documents are indexed or found; it is
given a `Search`.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from assistant.evaluation.beir import Benchmark
from assistant.evaluation.figures import percentile

DEPTH = 100
Search = Callable[[str, int], Sequence[tuple[str, float]]]
Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class RetrievalReport:
    """The figures of one run; the time of a query includes the embedding of the query."""

    mode: str
    queries: int
    documents: int
    ndcg_at_10: float
    recall_at_10: float
    recall_at_100: float
    map: float
    query_ms_p50: float
    query_ms_p95: float
    embed_s: float


def measure(
    benchmark: Benchmark, search: Search, *, mode: str, embed_s: float, progress: Progress
) -> RetrievalReport:
    """Runs every query of `benchmark` through `search`, to a depth of 100."""
    from ir_measures import AP, R, calc_aggregate, nDCG

    run: dict[str, dict[str, float]] = {}
    times: list[float] = []
    for done, (query, text) in enumerate(benchmark.queries.items()):
        progress("queries", done, len(benchmark.queries))
        started = time.perf_counter()
        found = search(text, DEPTH)
        times.append((time.perf_counter() - started) * 1000)
        run[query] = _ranked(found)
    wanted = (nDCG @ 10, R @ 10, R @ 100, AP)
    values = calc_aggregate(wanted, benchmark.relevant, run)
    return RetrievalReport(
        mode=mode,
        queries=len(benchmark.queries),
        documents=len(benchmark.papers),
        ndcg_at_10=values[wanted[0]],
        recall_at_10=values[wanted[1]],
        recall_at_100=values[wanted[2]],
        map=values[wanted[3]],
        query_ms_p50=percentile(times, 50),
        query_ms_p95=percentile(times, 95),
        embed_s=embed_s,
    )


def _ranked(found: Sequence[tuple[str, float]]) -> dict[str, float]:
    """The order as scores: the metrics sort by score themselves, and would settle ties by id."""
    return {paper_id: float(len(found) - place) for place, (paper_id, _) in enumerate(found)}


def to_json(report: RetrievalReport) -> dict[str, Any]:
    """The form that machines read."""
    return {
        name: round(value, 4) if isinstance(value, float) else value for name, value in asdict(report).items()
    }
