"""Times and memory of what is run. Does not know what is run."""

import resource
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Line:
    """One row of the result: what was measured, how much it was, what the budget allows ("" for none)."""

    what: str
    value: str
    budget: str = ""


def seconds(run: Callable[[], object]) -> float:
    started = time.perf_counter()
    run()
    return time.perf_counter() - started


def milliseconds(run: Callable[[str], object], questions: Sequence[str]) -> list[float]:
    """One time per question, in ms."""
    return [seconds(lambda question=question: run(question)) * 1000 for question in questions]


def percentile(times: Sequence[float], share: float) -> float:
    ordered = sorted(times)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share / 100))]


def spread(times: Sequence[float]) -> str:
    return f"{percentile(times, 50):.1f} ms (p50), {percentile(times, 95):.1f} ms (p95)"


def peak_memory_mb() -> float:
    """The most memory that this process has held so far."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
