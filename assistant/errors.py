"""Every error a person can meet, and what to do next.

    AssistantError
    |-- SettingsError        a setting is unknown or out of range
    |-- SourceError          a source file cannot be read or holds no papers
    |-- CatalogueError       the catalogue cannot be opened or written
    |-- IndexBusy            another process is writing to the index
    |-- IndexBroken          an index cannot be opened and could not be rebuilt
    |-- EmbeddingError       the embedding model is missing, damaged or unreachable
    |-- PromptError          a prompt file is missing or its $names do not fit
    |-- EvaluationError      a file to measure on is not of the expected form
    |-- HistoryError         an earlier turn or a stored answer is not of the expected form
    `-- ModelError           the language model did not give a usable reply
        |-- ModelRefusedKey  401 / 403
        |-- ModelUnknown     404: no such model or endpoint
        |-- ModelBusy        429 after the retries
        |-- ModelUnavailable no connection, 5xx
        |-- ModelTimeout     the deadline passed
        |-- ModelCutOff      the stream ended early, or the reply was empty or endless
        |-- ContextTooLong   the prompt does not fit the model
        |-- BudgetExceeded   the money cap would be passed
        `-- ModelCancelled   nobody waits for the answer any more

Messages say what happened and what to do. Foreign errors are translated once, in the room that called the
library, with `raise ... from`.
"""


class AssistantError(Exception):
    """Base class: its message can be shown to a person as it is."""


class SettingsError(AssistantError):
    """A setting is unknown or out of range."""


class SourceError(AssistantError):
    """A source file cannot be read or holds no papers."""


class CatalogueError(AssistantError):
    """The catalogue cannot be opened or written."""


class IndexBusy(AssistantError):
    """Another process is writing to the index."""


class IndexBroken(AssistantError):
    """An index cannot be opened and could not be rebuilt."""


class EmbeddingError(AssistantError):
    """The embedding model is missing, damaged or unreachable."""


class PromptError(AssistantError):
    """A prompt file is missing or its names do not fit."""


class EvaluationError(AssistantError):
    """A file to measure on is not of the expected form."""


class HistoryError(AssistantError):
    """An earlier turn or a stored answer is not of the expected form."""


class ModelError(AssistantError):
    """The language model did not give a usable reply."""


class ModelRefusedKey(ModelError):
    """The endpoint refused the key (401, 403)."""


class ModelUnknown(ModelError):
    """The endpoint does not know the model (404)."""


class ModelBusy(ModelError):
    """Too many requests (429), also after the retries."""


class ModelUnavailable(ModelError):
    """No connection, or the server failed (5xx)."""


class ModelTimeout(ModelError):
    """The deadline of the answer passed."""


class ModelCutOff(ModelError):
    """The stream ended early, or the reply was empty or endless."""


class ContextTooLong(ModelError):
    """The prompt does not fit the model's context."""


class BudgetExceeded(ModelError):
    """The call would pass the money cap; it was not made."""


class ModelCancelled(ModelError):
    """The person stopped the answer; no fallback is wanted."""
