"""What every command is handed: the settings, the way to an assistant, and the two streams.

Knows: JSON goes to stdout alone, words about progress to stderr. Does not know: any command, or what an
assistant is made of. The engine is built on first use, because `--help` and a wrong argument must cost
nothing.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

from assistant.settings import Settings

if TYPE_CHECKING:
    from assistant.engine import Assistant


class UsageError(Exception):
    """The command was called in a way that makes no sense; exit code 2."""


Progress = Callable[[str, int, int], None]
Build = Callable[..., "Assistant"]


@dataclass(frozen=True)
class Session:
    """One call of the command line."""

    settings: Settings
    build: Build | None = None

    def made(self, progress: Progress) -> Assistant:
        """A new assistant; whoever asks for it closes it."""
        if self.build is not None:
            return self.build(self.settings, progress=progress)
        from assistant.build import build

        return build(self.settings, progress=progress)

    @contextmanager
    def assistant(self) -> Iterator[Assistant]:
        """The assistant, closed afterwards; what making it reports is shown on stderr."""
        with progress_on(sys.stderr) as progress:
            assistant = self.made(progress)
        try:
            for note in _notes(assistant):
                tell(note)
            yield assistant
        finally:
            assistant.close()


def _notes(assistant: Assistant) -> list[str]:
    """What was healed while the assistant was made; people should hear of it once."""
    notes = assistant.status().get("notes", [])
    return [str(note) for note in notes] if isinstance(notes, list) else []


def text_of(path: str) -> str:
    """What stands in a file that a person named; "-" is standard input.

    Raises:
        UsageError: it cannot be read as UTF-8.
    """
    try:
        if path != "-":
            return Path(path).read_text(encoding="utf-8-sig")
        if sys.stdin is None:
            raise UsageError("standard input is closed.")
        return (
            sys.stdin.buffer.read().decode("utf-8-sig") if hasattr(sys.stdin, "buffer") else sys.stdin.read()
        )
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror or error}.") from error
    except UnicodeDecodeError as error:
        raise UsageError(f"{path} cannot be read: it is not UTF-8 text (byte {error.start}).") from error


def say(text: str = "") -> None:
    """A line for people, on stdout."""
    sys.stdout.write(text + "\n")


def tell(text: str) -> None:
    """A line about what is happening, on stderr."""
    sys.stderr.write(text + "\n")


def say_json(value: Any, *, indent: int | None = None) -> None:  # noqa: ANN401  any JSON value
    """One JSON value on stdout, at once: whoever reads line by line need not wait for the end.

    Everything beyond ASCII is escaped, so that no locale and no half of a surrogate pair can break it."""
    sys.stdout.write(json.dumps(value, indent=indent) + "\n")
    sys.stdout.flush()


@contextmanager
def progress_on(stream: TextIO) -> Iterator[Progress]:
    """A progress bar on a terminal, silence on a pipe."""
    if not stream.isatty():
        yield lambda what, done, total: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn
    from rich.progress import Progress as Bar

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Bar(*columns, console=Console(file=stream), transient=True) as bar:
        tasks: dict[str, Any] = {}

        def show(what: str, done: int, total: int) -> None:
            if what not in tasks:
                tasks[what] = bar.add_task(what, total=total or None)
            bar.update(tasks[what], completed=done, total=total or None)

        yield show
