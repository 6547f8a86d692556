"""`python -m assistant` is the command line."""

import sys


def run() -> int:
    """The exit code of one call; also the imports can be interrupted."""
    try:
        from assistant.cli import main

        return main()
    except KeyboardInterrupt:
        sys.stderr.write("papers-assistant: stopped.\n")
        return 1


if __name__ == "__main__":
    sys.exit(run())
