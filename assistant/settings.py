"""One frozen `Settings`, made once at start and handed down. The only reader of the environment.

Every setting is a field here; its environment variable is PAPERS_ASSISTANT_<FIELD IN CAPITALS>. The standard
OPENAI_API_KEY and OPENAI_BASE_URL, and CHROMA_URL, are read as well. An unknown PAPERS_ASSISTANT_ name or a
value out of range stops the start with a message, because a setting that is silently ignored is worse than
none. Secrets never show in `repr`.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from assistant.errors import SettingsError

PREFIX = "PAPERS_ASSISTANT_"
# prompts/ and data/ lie beside the package: this is an application, run from its folder.
PROJECT = Path(__file__).resolve().parent.parent
STANDARD_NAMES = {
    "OPENAI_API_KEY": "api_key",
    "OPENAI_BASE_URL": "base_url",
    "CHROMA_URL": "chroma_url",
    "CHROMA_TOKEN": "chroma_token",
    # What a hosted Space sets: without them its page would listen where nobody can reach it.
    "GRADIO_SERVER_NAME": "host",
    "GRADIO_SERVER_PORT": "port",
}


def _setting(default: Any, doc: str, *, low: float | None = None, high: float | None = None) -> Any:
    secret = bool(doc.startswith("secret"))
    return field(default=default, repr=not secret, metadata={"doc": doc, "low": low, "high": high})


@dataclass(frozen=True, slots=True)
class Settings:
    """All knobs, with their defaults. A setting exists when two people need two values."""

    data_dir: Path = _setting(PROJECT / "data", "folder with the source files (*.txt, *.jsonl, *.bib ...)")
    index_dir: Path | None = _setting(None, "folder of catalogue and indexes; default: DATA_DIR/index")
    prompts_dir: Path = _setting(PROJECT / "prompts", "folder of the prompt files")
    host: str = _setting("127.0.0.1", "address that the page listens on")
    port: int = _setting(7860, "first port to try for the page", low=1, high=65535)
    share: bool = _setting(False, "ask Gradio for a public link (needs the internet)")
    chroma_url: str = _setting("", "a Chroma server (http://host:8000) instead of the embedded index")
    chroma_token: str = _setting("", "secret: token for the Chroma server")
    chroma_tenant: str = _setting("default_tenant", "tenant on the Chroma server")
    chroma_database: str = _setting("default_database", "database on the Chroma server")
    chunk_tokens: int = _setting(160, "largest chunk, in tokens", low=32, high=480)
    chunk_overlap: int = _setting(0, "tokens that neighbouring chunks share", low=0, high=200)
    embedding_model: str = _setting("", "model of an embeddings endpoint; empty: the local model")
    embedding_base_url: str = _setting("", "endpoint for embeddings; empty: OPENAI_BASE_URL")
    word_vectors_up_to: int = _setting(
        1000, "collections of up to so many papers keep a vector per word (200 kB a paper)", low=0, high=20000
    )
    model: str = _setting("", "language model; empty: gpt-4.1-mini with a key alone, else the server's first")
    small_model: str = _setting("", "cheaper model for screening and checking; empty: the same model")
    api_key: str = _setting("", "secret: key of the OpenAI-compatible endpoint")
    base_url: str = _setting("", "address of the OpenAI-compatible endpoint")
    offline: bool = _setting(False, "never call a language model, even when a key is set")
    deadline_s: float = _setting(60.0, "seconds one answer may take", low=1, high=600)
    retries: int = _setting(2, "retries of a failed model call", low=0, high=5)
    parallel: int = _setting(4, "screening calls at the same time", low=1, high=32)
    context_tokens: int = _setting(8192, "context window of the model, in tokens", low=1024, high=2_000_000)
    answer_tokens: int = _setting(900, "longest answer, in tokens", low=64, high=8000)
    history_tokens: int = _setting(800, "budget for earlier turns, in tokens", low=0, high=100_000)
    cap_answer_usd: float = _setting(0.25, "money cap for one answer, in USD", low=0)
    cap_day_usd: float = _setting(5.0, "money cap for a day, in USD", low=0)

    def __post_init__(self) -> None:
        for item in fields(self):
            value, low, high = getattr(self, item.name), item.metadata["low"], item.metadata["high"]
            if (low is not None and value < low) or (high is not None and value > high):
                raise SettingsError(
                    f"{PREFIX}{item.name.upper()} is {value}; it must lie between {low} and {high}."
                )
        if self.chunk_overlap >= self.chunk_tokens:
            raise SettingsError(f"{PREFIX}CHUNK_OVERLAP must be smaller than {PREFIX}CHUNK_TOKENS.")

    @property
    def index(self) -> Path:
        """The folder of catalogue, vectors and words; safe to delete."""
        return self.index_dir if self.index_dir is not None else self.data_dir / "index"

    @property
    def has_model(self) -> bool:
        """Whether a language model is connected."""
        return not self.offline and bool(self.api_key or self.base_url)

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] | None = None) -> Settings:
        """Settings from `environment` (default: the process's).

        Raises:
            SettingsError: an unknown PAPERS_ASSISTANT_ name, a value of the wrong form or out of range.
        """
        source = os.environ if environment is None else environment
        known = {item.name: item for item in fields(cls)}
        values: dict[str, object] = {}
        # The program's own names come last: they win over the standard ones.
        for name, text in sorted(source.items(), key=lambda item: item[0].startswith(PREFIX)):
            key = STANDARD_NAMES.get(name) or (
                name.removeprefix(PREFIX).lower() if name.startswith(PREFIX) else None
            )
            if key is None or not text.strip():
                continue
            if key not in known:
                raise SettingsError(
                    f"{name} is not a setting. Known: "
                    + ", ".join(sorted(PREFIX + item.upper() for item in known))
                )
            values[key] = _parse(name, text.strip(), str(known[key].type))
        return cls(**values)  # type: ignore[arg-type]


def _parse(name: str, text: str, kind: str) -> object:
    """`text` as the field's type; the annotation is a string because annotations are postponed."""
    try:
        if kind == "bool":
            return {"1": True, "true": True, "yes": True, "0": False, "false": False, "no": False}[
                text.lower()
            ]
        if kind == "int":
            return int(text)
        if kind == "float":
            return float(text)
        if kind.startswith("Path"):
            return Path(text).expanduser()
    except (ValueError, KeyError):
        wanted = {"bool": "true or false", "int": "a whole number", "float": "a number"}[kind]
        raise SettingsError(f"{name} is {text!r}; it must be {wanted}.") from None
    return text
