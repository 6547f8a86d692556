"""Serves the page with the fake assistant: `python -m tests.serve_fake [PORT]`."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from assistant.page.serve import serve
from assistant.settings import Settings
from tests.fake_assistant import FakeAssistant


def main() -> None:
    port = int(sys.argv[1]) if len(sys.argv) > 1 else 7900
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(index_dir=Path(folder), port=port)
        serve(settings, lambda progress: FakeAssistant(pause=0.02))


if __name__ == "__main__":
    main()
