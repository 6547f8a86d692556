"""What calls cost, and how much was spent today.

Knows: the price list beside this file and the ledger on disk. Does not know: what the calls were for. A
reservation is booked before a call and corrected after it, in one transaction each, so that several processes
and threads together cannot pass the day's cap; a crash leaves the reservation, which errs on the safe side.
"""

from __future__ import annotations

import functools
import json
import re
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path

from assistant.errors import BudgetExceeded

MILLION = 1_000_000
DATE = re.compile(r"[-@](?:20\d{2}-?\d{2}-?\d{2}|latest)$")


def cost_usd(model: str, prompt_tokens: int, completion_tokens: int) -> float | None:
    """The price of a call; None when the model is not on the list."""
    price = price_of(model)
    if price is None:
        return None
    return (prompt_tokens * price[0] + completion_tokens * price[1]) / MILLION


def price_of(model: str) -> tuple[float, float] | None:
    """USD per million tokens (input, output) of `model`, with or without a maker's prefix and a date."""
    name = model.lower().rsplit("/", 1)[-1]
    return _prices().get(name) or _prices().get(DATE.sub("", name))


@functools.cache
def _prices() -> dict[str, tuple[float, float]]:
    rows = json.loads(Path(__file__).with_name("prices.json").read_text("utf-8"))["prices"]
    return {name: (float(row[0]), float(row[1])) for name, row in rows.items()}


def _today() -> str:
    return datetime.now(UTC).strftime("%Y-%m-%d")


class Ledger:
    """The spend per day (UTC) in a small SQLite file."""

    def __init__(self, path: Path, *, today: Callable[[], str] = _today) -> None:
        self._path = path
        self._today = today

    def reserve(self, amount: float, *, cap: float) -> bool:
        """Book `amount` unless the day would pass `cap`; True when booked.

        Raises:
            BudgetExceeded: the ledger cannot be written, so the cap could not be kept.
        """
        day = self._today()
        with self._transaction() as database:
            row = database.execute("SELECT usd FROM spend WHERE day = ?", (day,)).fetchone()
            if (float(row[0]) if row else 0.0) + amount > cap:
                return False
            database.execute(
                "INSERT INTO spend VALUES (?, ?) ON CONFLICT (day) DO UPDATE SET usd = usd + excluded.usd",
                (day, amount),
            )
            return True

    def correct(self, difference: float) -> None:
        """Add what a call cost beyond its reservation (negative: less)."""
        with self._transaction() as database:
            database.execute(
                "UPDATE spend SET usd = max(0, usd + ?) WHERE day = ?", (difference, self._today())
            )

    def spent(self) -> float:
        """USD booked today."""
        with self._transaction() as database:
            row = database.execute("SELECT usd FROM spend WHERE day = ?", (self._today(),)).fetchone()
            return float(row[0]) if row else 0.0

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        """One step for everybody: nobody else writes between the read and the write that follows it."""
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            with closing(sqlite3.connect(self._path, timeout=10, isolation_level=None)) as database:
                database.execute("CREATE TABLE IF NOT EXISTS spend (day TEXT PRIMARY KEY, usd REAL NOT NULL)")
                database.execute("BEGIN IMMEDIATE")
                yield database
                database.execute("COMMIT")
        except (sqlite3.Error, OSError) as error:
            message = f"The day's spend cannot be kept in {self._path}: {error}. Check or delete that file."
            raise BudgetExceeded(message) from error
