"""How long `make run` takes until the page is up, after set-up: a person waits for this."""

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

from tests.benchmarks.clock import Line

PROJECT = Path(__file__).resolve().parents[2]
LONGEST_S = 60


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def measure(folder: Path) -> list[Line]:
    port = free_port()
    environment = {**os.environ, "PAPERS_ASSISTANT_PORT": str(port), "PAPERS_ASSISTANT_OFFLINE": "true"}
    started = time.perf_counter()
    page = subprocess.Popen(
        [sys.executable, "app.py"],
        cwd=PROJECT,
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        while not answers(port):
            if page.poll() is not None or time.perf_counter() - started > LONGEST_S:
                return [Line("page up", "it did not come up", "3.5 s")]
            time.sleep(0.02)
        return [
            Line(
                "page up, everything installed and indexed", f"{time.perf_counter() - started:.1f} s", "3.5 s"
            )
        ]
    finally:
        page.terminate()
        page.wait(10)


def answers(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=5) as reply:
            return bool(reply.status == 200)
    except (urllib.error.URLError, OSError):
        return False
