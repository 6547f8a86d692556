"""The time of a whole answer without a language model, over the golden questions."""

import json
from pathlib import Path

from assistant.build import build
from assistant.chat import turns_from_rows
from assistant.settings import Settings
from tests.benchmarks.clock import Line, percentile, seconds, spread

PROJECT = Path(__file__).resolve().parents[2]


def measure(folder: Path) -> list[Line]:
    lines = (PROJECT / "tests" / "golden" / "questions.jsonl").read_text(encoding="utf-8").splitlines()
    rows = [json.loads(line) for line in lines]
    built: list = []
    start = seconds(lambda: built.append(build(Settings(offline=True, index_dir=folder / "index"))))
    assistant = built[0]
    times = [
        seconds(lambda row=row: assistant.answer(row["question"], turns_from_rows(row.get("history") or [])))
        * 1000
        for row in rows
    ]
    again = seconds(lambda: assistant.answer(rows[0]["question"])) * 1000
    assistant.close()
    return [
        Line("engine ready, first index included", f"{start:.1f} s", "12 s"),
        Line("first answer after that", f"{times[0]:.0f} ms"),
        Line(f"offline answer, {len(times)} golden questions", spread(times), "150 ms (p95)"),
        Line("the same question again", f"{again:.0f} ms"),
        Line("slowest offline answer", f"{percentile(times, 100):.0f} ms"),
    ]
