"""What one answer has used, and whether it may use more.

Knows: the caps, the ledger of the day, tokens and money of the calls so far. Does not know: how calls are
made.
"""

from __future__ import annotations

import threading

from assistant.domain import Usage
from assistant.errors import BudgetExceeded
from assistant.llm.money import Ledger, cost_usd
from assistant.settings import Settings

ANSWER_CAP = "This answer would cost more than its cap. Raise PAPERS_ASSISTANT_CAP_ANSWER_USD or ask less."
DAY_CAP = "Today's money is spent. Raise PAPERS_ASSISTANT_CAP_DAY_USD or go on tomorrow."


class Purse:
    """`reserve` before a call, `settle` after it. Calls may run side by side."""

    def __init__(self, settings: Settings, ledger: Ledger) -> None:
        self._settings, self._ledger = settings, ledger
        self._lock = threading.Lock()
        self._reserved = 0.0
        self.usage = Usage()

    def reserve(self, model: str, prompt_tokens: int, completion_tokens: int) -> float:
        """Book the most that a call can cost; 0 when the model's price is unknown.

        Raises:
            BudgetExceeded: the answer's or the day's cap would be passed; nothing is booked.
        """
        most = cost_usd(model, prompt_tokens, completion_tokens)
        if not most:
            return 0.0
        with self._lock:
            if (self.usage.cost_usd or 0.0) + self._reserved + most > self._settings.cap_answer_usd:
                raise BudgetExceeded(ANSWER_CAP)
            if not self._ledger.reserve(most, cap=self._settings.cap_day_usd):
                raise BudgetExceeded(DAY_CAP)
            self._reserved += most
        return most

    def settle(self, model: str, prompt_tokens: int, completion_tokens: int, *, reserved: float) -> None:
        """Book what the call used in the place of its reservation; a refused call used nothing."""
        cost = cost_usd(model, prompt_tokens, completion_tokens) if prompt_tokens else 0.0
        with self._lock:
            self._reserved -= reserved
            self.usage += Usage(prompt_tokens, completion_tokens, cost, 1)
        if reserved:
            self._ledger.correct((cost or 0.0) - reserved)
