"""Starts the page. `python app.py`, `make run` and a hosted Space run this."""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable

from assistant.errors import AssistantError
from assistant.page.holder import Librarian
from assistant.page.serve import serve
from assistant.settings import Settings


def main() -> int:
    """Serve the page until it is stopped; 1 when it could not start, with the reason on stderr."""
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
    try:
        settings = Settings.from_environment()

        def build(progress: Callable[..., None]) -> Librarian:
            # The engine's libraries take seconds to import; the page is up by then.
            from assistant.build import build as build_assistant

            return build_assistant(settings, progress=progress)

        serve(settings, build)
    except AssistantError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    except KeyboardInterrupt:
        return 0
    return 0


if __name__ == "__main__":
    sys.exit(main())
