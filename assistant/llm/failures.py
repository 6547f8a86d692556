"""Foreign errors become ours, here and nowhere else.

Knows: the openai package's error classes (by name, so that nothing is imported) and the words endpoints use.
Does not know: deadlines, retries in progress, prompts.
"""

from __future__ import annotations

import random
import re
from dataclasses import dataclass

from assistant.errors import (
    ContextTooLong,
    ModelBusy,
    ModelCutOff,
    ModelError,
    ModelRefusedKey,
    ModelTimeout,
    ModelUnavailable,
    ModelUnknown,
)

# Every error class of openai by name; a test walks the installed package and fails when one is missing here.
KINDS: dict[str, type[ModelError]] = {
    "OpenAIError": ModelError,
    "APIError": ModelUnavailable,
    "APIStatusError": ModelError,
    "APIResponseValidationError": ModelCutOff,
    "BadRequestError": ModelError,
    "ConflictError": ModelUnavailable,
    "UnprocessableEntityError": ModelError,
    "AuthenticationError": ModelRefusedKey,
    "OAuthError": ModelRefusedKey,
    "SubjectTokenProviderError": ModelRefusedKey,
    "MutuallyExclusiveAuthError": ModelRefusedKey,
    "PermissionDeniedError": ModelRefusedKey,
    "NotFoundError": ModelUnknown,
    "RateLimitError": ModelBusy,
    "InternalServerError": ModelUnavailable,
    "APIConnectionError": ModelUnavailable,
    "APITimeoutError": ModelTimeout,
    "LengthFinishReasonError": ModelCutOff,
    "ContentFilterFinishReasonError": ModelError,
    "WebSocketConnectionClosedError": ModelUnavailable,
    "WebSocketQueueFullError": ModelBusy,
    "StreamAlreadyConsumed": ModelError,
    "APIRemovedInV1": ModelError,
    "MissingDependencyError": ModelError,
    "InvalidWebhookSignatureError": ModelError,
    "_AmbiguousModuleClientUsageError": ModelError,
    # not openai's, but what can come through it while a stream is read
    "JSONDecodeError": ModelCutOff,
    "UnicodeDecodeError": ModelCutOff,
    "TimeoutException": ModelTimeout,
    "TransportError": ModelUnavailable,
    "HTTPError": ModelUnavailable,
    "StreamError": ModelUnavailable,
    "OSError": ModelUnavailable,
}
WORDS: dict[type[ModelError], str] = {
    ModelRefusedKey: "The language model's endpoint refused the key. Check OPENAI_API_KEY.",
    ModelUnknown: "The endpoint does not know this model. Set PAPERS_ASSISTANT_MODEL to one that it serves.",
    ModelBusy: "The language model is busy (too many requests). Wait a little and ask again.",
    ModelUnavailable: "The language model could not be reached. Check OPENAI_BASE_URL and that it runs.",
    ModelTimeout: "The language model took too long. Ask again or raise PAPERS_ASSISTANT_DEADLINE_S.",
    ModelCutOff: "The language model's reply broke off. Ask again.",
    ContextTooLong: "Question and papers are too long for the model. Ask about fewer papers or start anew.",
    ModelError: "The language model did not give a usable reply. Ask again.",
}
TOO_LONG = re.compile(
    r"context[ _]?(?:length|window|size)|maximum context|too many tokens|prompt is too long|"
    r"exceeds? the (?:available )?context|reduce the length|n_ctx|input is too long",
    re.IGNORECASE,
)
NO_MONEY = re.compile(r"insufficient_quota|exceeded your current quota|billing", re.IGNORECASE)
SERVER_WORDS = 160
FIRST_PAUSE_S = 0.5
LONGEST_PAUSE_S = 8.0


@dataclass(frozen=True, slots=True)
class Fault:
    """A failed request: our error, whether another try can help, and after how many seconds."""

    error: ModelError
    retryable: bool = False
    retry_after: float | None = None
    status: int = 0
    detail: str = ""

    def pause_s(self, tries: int) -> float:
        """Seconds to wait before the next try: as the server says, else longer each time, spread a little."""
        if self.retry_after is not None:
            return self.retry_after
        longest: float = min(LONGEST_PAUSE_S, FIRST_PAUSE_S * 2 ** (tries - 1))
        return longest * random.uniform(0.75, 1.25)


def translate(error: BaseException) -> Fault:
    """`error` as a `Fault`; an error of ours stays what it is."""
    if isinstance(error, ModelError):
        return Fault(error)
    detail, status = _detail(error), getattr(error, "status_code", 0) or 0
    kind = _kind(error)
    if (kind in (ModelError, ModelUnavailable) or status == 413) and TOO_LONG.search(detail):
        return Fault(ContextTooLong(WORDS[ContextTooLong]), status=status, detail=detail)
    if kind is ModelBusy and NO_MONEY.search(detail):
        message = "The account at the model's endpoint has no money left. Top it up or use another key."
        return Fault(ModelBusy(message), status=status, detail=detail)
    message = WORDS[kind]
    if kind is ModelError and detail:
        message = f"The language model's endpoint did not accept the request: {detail[:SERVER_WORDS]}"
    retryable = kind in (ModelBusy, ModelUnavailable) and status != 501
    return Fault(kind(message), retryable, _retry_after(error), status, detail)


def _kind(error: BaseException) -> type[ModelError]:
    for base in type(error).__mro__:
        if base.__name__ in KINDS:
            return KINDS[base.__name__]
    return ModelError


def _detail(error: BaseException) -> str:
    """What the server said, on one line."""
    body = getattr(error, "body", None)
    parts = (
        [str(body.get(key) or "") for key in ("message", "code", "param", "detail")]
        if isinstance(body, dict)
        else []
    )
    return " ".join(" ".join(parts or [str(body or error)]).split())


def _retry_after(error: BaseException) -> float | None:
    """Seconds from the retry-after headers; a date there is not worth parsing, the own pause serves."""
    headers = getattr(getattr(error, "response", None), "headers", None) or {}
    for name, unit in (("retry-after-ms", 1000.0), ("retry-after", 1.0)):
        try:
            seconds = float(headers[name]) / unit
        except (KeyError, ValueError):
            continue
        if 0 <= seconds < float("inf"):
            return seconds
    return None
