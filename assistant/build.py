"""Where the concrete parts meet: settings in, a ready assistant out. The only place that knows all of
them."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TYPE_CHECKING

from assistant.answering.model_parts import ModelParts
from assistant.answering.offline import OfflineAnswers
from assistant.domain import Hit
from assistant.embedding import MiniLM, embedder_for
from assistant.engine import Assistant
from assistant.ingest import Index, Progress, open_index
from assistant.prompts import Prompts
from assistant.questions import QuestionReader
from assistant.reading.interaction import Interaction
from assistant.reading.kept_lexicon import lexicon_of
from assistant.reading.library import Library
from assistant.reading.token_vectors import TokenVectorCache
from assistant.reading.wordlist import english_words
from assistant.retrieval import Retrieval
from assistant.retrieval.candidates import READ_WHOLE_UP_TO, Candidates
from assistant.settings import Settings

if TYPE_CHECKING:
    from llama_index.core.retrievers import BaseRetriever

RETRIEVED = 60
Retrieve = Callable[[str], list[Hit]]


def build(
    settings: Settings, *, progress: Progress | None = None, retriever: BaseRetriever | None = None
) -> Assistant:
    """An assistant over the collection of `settings`; the index is made or healed first. `retriever` is any
    LlamaIndex retriever that finds this collection's papers, in place of the hybrid one.

    Raises:
        AssistantError: with what to do next.
    """
    prompts = Prompts.load(settings.prompts_dir)
    embedder = embedder_for(settings)
    if isinstance(embedder, MiniLM):
        # Loading the model and importing Chroma take turns on two cores. No daemon: Python would end in the
        # middle of the model's loading, when it has nothing to do because of an error, and abort.
        threading.Thread(target=embedder.warm).start()
    index = open_index(settings, progress=progress, embedder=embedder)
    return assemble(settings, index, prompts, retriever=retriever)


def assemble(
    settings: Settings, index: Index, prompts: Prompts, *, retriever: BaseRetriever | None = None
) -> Assistant:
    """An assistant over an open index."""
    lexicon = lexicon_of(index.catalogue, settings.index, english_words())
    library = Library(index.catalogue, lexicon)
    model = index.embedder if isinstance(index.embedder, MiniLM) else MiniLM()
    interaction = Interaction(library, model, TokenVectorCache(index.catalogue, model))
    retrieval = Retrieval(index.vectors, index.words, index.embedder, index.catalogue)
    # Somebody's own retriever decides what is looked at, however small the collection is.
    whole = READ_WHOLE_UP_TO if retriever is None else 0
    socket = _socket(retrieval, retriever)
    candidates = Candidates(library, retrieval, interaction, socket, read_whole_up_to=whole)
    offline = OfflineAnswers(library, candidates, prompts)
    parts = _model_parts(settings, prompts, model) if settings.has_model else None
    return Assistant(index, library, retrieval, QuestionReader(lexicon), offline, parts)


def _socket(retrieval: Retrieval, retriever: BaseRetriever | None) -> Retrieve:
    """Text -> hits. `retrieval.llama.HybridRetriever` is the same search as a LlamaIndex retriever; it is not
    gone through here, because importing LlamaIndex takes a third of the time to the first answer."""
    if retriever is None:
        return lambda text: retrieval.search(text, RETRIEVED)
    from assistant.retrieval.llama import to_hits

    return lambda text: to_hits(retriever.retrieve(text))


def _model_parts(settings: Settings, prompts: Prompts, model: MiniLM) -> ModelParts:
    from assistant.checking.support import support_checker
    from assistant.llm import LanguageModel

    language_model = LanguageModel(settings)
    language_model.warm()
    return ModelParts(language_model, prompts, support_checker(model))
