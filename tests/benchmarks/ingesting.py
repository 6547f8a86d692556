"""The write path: first index, nothing changed, one paper changed."""

import shutil
from pathlib import Path

from assistant.ingest import ingest
from assistant.settings import Settings
from tests.benchmarks.clock import Line, seconds

PROJECT = Path(__file__).resolve().parents[2]


def measure(folder: Path) -> list[Line]:
    data = folder / "data"
    data.mkdir()
    page = data / "papers_page.txt"
    shutil.copy(PROJECT / "data" / "papers_page.txt", page)
    settings = Settings(data_dir=data)
    first = seconds(lambda: ingest(settings))
    second = seconds(lambda: ingest(settings))
    page.write_text(
        page.read_text(encoding="utf-8").replace("Monto Carlo", "Monte Carlo", 1), encoding="utf-8"
    )
    changed = seconds(lambda: ingest(settings))
    return [
        Line("first index of 106 papers", f"{first:.1f} s", "12 s"),
        Line("ingest again, nothing changed", f"{second:.2f} s", "0.3 s"),
        Line("ingest again, one paper changed", f"{changed:.2f} s"),
    ]
