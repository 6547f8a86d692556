"""`make bench`: times and memory against the budgets. Reported, never asserted: machines are busy.

Each part runs in a process of its own, so that the memory of one does not count for another.
"""

import argparse
import importlib
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.benchmarks.clock import Line, peak_memory_mb

PARTS = ("ingesting", "answering", "retrieving", "page", "scale")


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("parts", nargs="*", metavar="PART", help=f"default: all of {', '.join(PARTS)}")
    options.add_argument("--here", action="store_true", help=argparse.SUPPRESS)
    chosen = options.parse_args()
    if unknown := set(chosen.parts) - set(PARTS):
        options.error(f"unknown: {', '.join(sorted(unknown))}; known: {', '.join(PARTS)}")
    if chosen.here:
        return measured_here(chosen.parts[0])
    parts = chosen.parts or [part for part in PARTS if part != "scale" or os.environ.get("BENCH_ABSTRACTS")]
    command = [sys.executable, "-m", "tests.benchmarks.run", "--here"]
    return max(subprocess.run([*command, part], check=False).returncode for part in parts)


def measured_here(part: str) -> int:
    module = importlib.import_module(f"tests.benchmarks.{part}")
    with tempfile.TemporaryDirectory() as folder:
        lines = module.measure(Path(folder))
    lines.append(Line(f"memory of this part ({part}), at most", f"{peak_memory_mb():.0f} MB"))
    for line in lines:
        budget = f"   budget {line.budget}" if line.budget else ""
        sys.stdout.write(f"{line.what:<58} {line.value}{budget}\n")
    sys.stdout.write("\n")
    sys.stdout.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main())
